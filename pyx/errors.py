"""The error tree: what a caller can catch, and the exit code each means.

    PyxError            2   anything a user can put right; never a bug in pyx
    |- RecipeError      2   a recipe or an option is wrong
    |- PluginError      2   a plug-in is missing, doubled or malformed
    |- SandboxError     1   the machine cannot execute programs as asked
    |- TeacherError     1   a teacher cannot be reached or has failed for good
    `- ReleaseError     1   a release is damaged, missing or already published

A program that fails is not an error: it is data, a `pyx.records.Reject`.
A bug is a plain traceback: nothing here is ever raised for one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PyxError(Exception):
    """Something a user can put right: `str(error)` is one line, `hint` the way out."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class RecipeError(PyxError):
    """A recipe, or an option given beside it, cannot be run."""


class PluginError(PyxError):
    """A plug-in is missing, doubled or malformed."""


class SandboxError(PyxError):
    """This machine cannot execute programs at the level that was asked for."""

    exit_code = 1


class TeacherError(PyxError):
    """A teacher cannot be reached, or has failed for good."""

    exit_code = 1


class ReleaseError(PyxError):
    """A release is damaged, missing or already published."""

    exit_code = 1


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint for an unknown `word`: the closest known one, then all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    return f"{guess}it has {', '.join(names) or 'none'}"
