"""Texts written by hand, with what could be false in them: `{{true|false|kind}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_HEAD = re.compile(r"^=== (.+)\n", re.MULTILINE)
_MARK = re.compile(r"\{\{((?:(?!\{\{).)+?)\|((?:(?!\{\{).)+?)\|([a-z ]+)\}\}", re.DOTALL)


def written(part: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Manner, code, call, kind of corruption ("" for the true text) and text."""
    whole = (Path(__file__).parent / "written" / f"{part}.txt").read_text()
    pieces = _HEAD.split(whole)[1:]
    code = ""
    for manner, body in zip(pieces[::2], pieces[1::2], strict=True):
        head, _, rest = body.partition(">>> ")
        code = head or code
        call, _, text = rest.partition("\n")
        text = text.strip()
        yield manner, code, call, "", _MARK.sub(r"\1", text)
        for chosen in _MARK.finditer(text):
            head, tail = text[: chosen.start()], text[chosen.end() :]
            changed = _MARK.sub(r"\1", head) + chosen[2] + _MARK.sub(r"\1", tail)
            yield manner, code, call, "answer told" if chosen[3] == "answer" else chosen[3], changed
