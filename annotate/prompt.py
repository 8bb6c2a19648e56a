"""Prompts: files of `annotate/prompts/`, known by name, version and hash.

`forward-plain.md` is the prompt "plain" for the kind of ask "forward":

    ---
    version: 1
    about: One sentence that says what it asks for.
    ---
    ## system
    ## user
    ## retry      what is said when a text was refused: `{{reason}}`

A value stands in a text as `{{name}}`. The hash covers the whole file; it goes into the digest of the
step, into every monologue that came of the prompt, and into the release.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources

from pyx.annotate.ask import Message
from pyx.errors import RecipeError, nearest
from pyx.records import digest

_HOLE = re.compile(r"\{\{(\w+)\}\}")
_HEAD = re.compile(r"---\nversion: (\d+)\nabout: ([^\n]+)\n---\n")
_PART = re.compile(r"^## (system|user|retry)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file."""

    name: str  # "forward-plain"
    version: int
    about: str
    parts: dict[str, str]
    hash: str

    @property
    def label(self) -> str:
        """What releases record."""
        return f"{self.name}.{self.version} {self.hash}"

    def write(self, **values: str) -> tuple[Message, ...]:
        """The first messages, with every hole filled."""
        return (
            {"role": "system", "content": _fill(self.parts["system"], values)},
            {"role": "user", "content": _fill(self.parts["user"], values)},
        )

    def answer(self, text: str, reason: str) -> tuple[Message, ...]:
        """The messages that give a refused text back with the reason."""
        return (
            {"role": "assistant", "content": text},
            {"role": "user", "content": _fill(self.parts["retry"], {"reason": reason})},
        )


def _fill(text: str, values: dict[str, str]) -> str:
    return _HOLE.sub(lambda hole: values[hole[1]], text).strip()


@functools.cache
def load_prompt(kind: str, style: str) -> Prompt:
    """The prompt of that kind and style; `RecipeError` with the nearest style when there is none."""
    file = resources.files("pyx.annotate.prompts").joinpath(f"{kind}-{style}.md")
    if not file.is_file():
        raise RecipeError(f"no prompt style {style!r} for {kind}", hint=nearest(style, list_styles(kind)))
    return parse_prompt(f"{kind}-{style}", file.read_text("utf-8"))


def list_styles(kind: str) -> list[str]:
    """The styles of prompt for a kind of ask."""
    names = (item.name for item in resources.files("pyx.annotate.prompts").iterdir())
    return sorted(
        name[len(kind) + 1 : -3] for name in names if name.startswith(f"{kind}-") and name.endswith(".md")
    )


def parse_prompt(name: str, text: str) -> Prompt:
    """The prompt that a file's text is."""
    head = _HEAD.match(text)
    assert head, f"prompt {name}: it does not begin with version and about"
    pieces = _PART.split(text[head.end() :])
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    assert {"system", "user", "retry"} == parts.keys(), f"prompt {name}: parts {sorted(parts)}"
    return Prompt(name, int(head[1]), head[2], parts, digest(text))
