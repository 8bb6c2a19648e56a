"""A tree of Python files on this machine, read as a stream. Not a reader itself: what readers share."""

from __future__ import annotations

import contextlib
import io
import os
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyx.records import Origin, Reject, Sample, digest
from pyx.seeds.licences import find_header
from pyx.seeds.sights import Sights, collect, find_names

STAGE = "seeds"
LARGEST = 1_000_000
"""Bytes of a file that is read; longer ones are data in the clothes of source."""

_SKIPPED_WORDS = """
    .git .hg .svn .tox .nox .venv venv env node_modules site-packages dist-packages __pycache__ build
    dist .eggs _vendor _vendored vendor vendored third_party
"""
SKIPPED = frozenset(_SKIPPED_WORDS.split())
"""Folders that hold other people's code, or none."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Files of one corpus and what is known about all of them."""

    corpus: str
    root: Path  # paths within the corpus are relative to it
    files: tuple[Path, ...]
    licence: str = ""
    version: str = ""
    witnesses: tuple[Path, ...] = ()  # files that are no seeds, but call what the others define


def list_files(top: Path, *, skipped: frozenset[str] = SKIPPED) -> Iterator[Path]:
    """The Python files under a folder, sorted; links that lead to folders are not followed."""
    if top.is_file():
        yield top
        return
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        yield top  # a folder that cannot be opened is a reject, made where the file would be read
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in skipped and not entry.name.endswith((".egg-info", ".dist-info")):
                yield from list_files(Path(entry.path), skipped=skipped)
        elif entry.name.endswith(".py"):
            yield Path(entry.path)


def read_tree(tree: Tree) -> Iterator[Sample | Reject]:
    """A sample for each file that can be read, a reject for each that cannot.

    The tree is gone through twice: what its files call of each other stands in the notes of a sample.
    """
    sights = _collect_sights(tree)
    for file in tree.files:
        path = file.relative_to(tree.root).as_posix()
        item = read_file(file, Origin(tree.corpus, path, tree.version, tree.licence))
        note = sights.note(path, item.text) if isinstance(item, Sample) else ""
        yield replace(item, notes={"calls": note}) if isinstance(item, Sample) and note else item


def _collect_sights(tree: Tree) -> Sights:
    names = {name for text in _list_texts(tree.files) for name in find_names(text)}
    modules = {part.removesuffix(".py") for file in tree.files for part in file.relative_to(tree.root).parts}
    return collect(_list_texts((*tree.files, *tree.witnesses)), names, modules)


def _list_texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        with contextlib.suppress(OSError, ValueError):  # told where the file is read as a seed
            yield decode(_read_bytes(file))


def read_file(file: Path, origin: Origin) -> Sample | Reject:
    """The sample of a file; a licence in its header stands above the corpus's."""
    try:
        data = _read_bytes(file)
        text = decode(data)
    except (OSError, ValueError) as error:
        reason, detail = _explain(error)
        return Reject("file", digest(origin.corpus, origin.path), STAGE, reason, detail, origin=origin)
    return make_sample(text, origin)


def make_sample(text: str, origin: Origin) -> Sample:
    licence = find_header(text) or origin.licence
    origin = Origin(origin.corpus, origin.path, origin.version, licence)
    return Sample(digest(origin.corpus, origin.path, text), origin, text=text)


class Unreadable(ValueError):
    """A file that is no text: the reason, then a line for people."""


def _read_bytes(file: Path) -> bytes:
    if not file.is_file():
        raise Unreadable("unreadable", "not a file, or a link that leads nowhere")
    with file.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable("too-large", f"more than {LARGEST} bytes")
    return data


def decode(data: bytes) -> str:
    """The text of a source file, by its byte order mark or coding line, with plain line ends."""
    if b"\0" in data:
        raise Unreadable("not-text", "it holds NUL bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise Unreadable("wrong-encoding", str(error)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _explain(error: OSError | ValueError) -> tuple[str, str]:
    if isinstance(error, Unreadable):
        return str(error.args[0]), str(error.args[1])
    detail = error.strerror if isinstance(error, OSError) and error.strerror else "cannot be opened"
    return "unreadable", detail


def read_trees(trees: Iterable[Tree]) -> Iterator[Sample | Reject]:
    for tree in trees:
        yield from read_tree(tree)
