"""Licences as SPDX expressions: from a distribution's metadata, a file's header, a licence text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

_HEADER = re.compile(r"SPDX-License-Identifier:[ \t]*([\w.+() -]+?)[ \t]*(?:\*/|-->)?$", re.M)
_HEADER_ROOM = 3000

_CLASSIFIERS = {
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "The Unlicense (Unlicense)": "Unlicense",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "zlib/libpng License": "Zlib",
    "Zero-Clause BSD (0BSD)": "0BSD",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License (GPL)": "GPL-2.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
}

_WORDS = (
    (r"\b(a|l)?gpl|gnu (affero|lesser|library|general)", "LicenseRef-copyleft"),
    (r"\bmpl\b|mozilla", "MPL-2.0"),
    (r"^(the )?mit\b|\bexpat\b", "MIT"),
    (r"^apache", "Apache-2.0"),
    (r"\b0bsd\b|zero-clause bsd", "0BSD"),
    (r"^(the )?(new |modified |simplified |3-clause |2-clause )*bsd", "BSD-3-Clause"),
    (r"\bpsf|python software foundation", "PSF-2.0"),
    (r"^isc\b", "ISC"),
    (r"unlicense", "Unlicense"),
    (r"^cc0", "CC0-1.0"),
    (r"^zlib", "Zlib"),
)

_PHRASES = (
    ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-3.0-only"),
    ("GNU LIBRARY GENERAL PUBLIC LICENSE", "LGPL-2.0-only"),
    ("GNU GENERAL PUBLIC LICENSE", "GPL-3.0-only"),
    ("Mozilla Public License Version 2.0", "MPL-2.0"),
    ("Apache License Version 2.0", "Apache-2.0"),
    ("PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2", "PSF-2.0"),
    ("This is free and unencumbered software released into the public domain", "Unlicense"),
    ("CC0 1.0 Universal", "CC0-1.0"),
    ("Permission to use, copy, modify, and/or distribute this software", "ISC"),
    ("Permission to use, copy, modify, and distribute this software", "ISC"),
    ("Neither the name", "BSD-3-Clause"),
    ("Redistribution and use in source and binary forms", "BSD-2-Clause"),
    ("Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
)


class Metadata(Protocol):
    """What `importlib.metadata` tells of a distribution."""

    def get_all(self, name: str) -> list[str] | None: ...


def read_metadata(metadata: Metadata) -> str:
    """The SPDX expression of a distribution: its own, else by classifiers, else by its words."""
    for expression in metadata.get_all("License-Expression") or []:
        return expression.strip()
    classifiers = metadata.get_all("Classifier") or []
    found = {
        _CLASSIFIERS.get(row.rpartition(" :: ")[2], _read_words(row.rpartition(" :: ")[2]))
        for row in classifiers
        if row.startswith("License :: ") and not row.endswith("OSI Approved")
    }
    if found:
        return " AND ".join(sorted(found)) if "" not in found else ""
    for words in metadata.get_all("License") or []:
        return _read_words(words) or read_text(words)
    return ""


def _read_words(words: str) -> str:
    line = words.strip().partition("\n")[0].casefold()
    if len(line) > 100:
        return ""
    return next((licence for pattern, licence in _WORDS if re.search(pattern, line)), "")


def find_header(text: str) -> str:
    """The SPDX expression in the first lines of a file, "" when it states none."""
    match = _HEADER.search(text, 0, _HEADER_ROOM)
    return match[1] if match else ""


def read_text(text: str) -> str:
    """The licence whose text this is, "" when it is none of those known."""
    flat = " ".join(text.split()).casefold()
    return next((licence for phrase, licence in _PHRASES if phrase.casefold() in flat), "")


def find_file(folder: Path) -> str:
    """The licence of a folder by its LICENSE or COPYING file, "" when it has none."""
    for file in _list_texts(folder):
        try:
            return read_text(file.read_text("utf-8", "replace")[:20_000])
        except OSError:
            continue
    return ""


def _list_texts(folder: Path) -> Iterable[Path]:
    names = ("licen[cs]e*", "LICEN[CS]E*", "COPYING*", "UNLICENSE*")
    return sorted(file for name in names for file in folder.glob(name) if file.is_file())
