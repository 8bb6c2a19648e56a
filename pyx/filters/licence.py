"""Code that may not be given away."""

from __future__ import annotations

from pyx.records import Sample
from pyx.registry import FILTERS
from pyx.source.licences import PERMISSIVE, is_permissive

_OWN = ("folder:", "jsonl:")


@FILTERS.add("licence", version=1, needs=())
def drop_licence(sample: Sample, *, allow: list[str] | None = None, own: bool = True) -> str | None:
    """Keep what stands under a permissive licence, or under one of the SPDX names in `allow`.

    With `own`, files of your own folders and JSON lines that state no licence are kept: whether you may give
    them away, you know yourself. A licence that is stated always counts.
    """
    licence = sample.origin.licence
    if licence:
        good = is_permissive(licence, PERMISSIVE if allow is None else allow)
        return None if good else f"licence-not-permissive: {licence}"
    if own and sample.origin.corpus.startswith(_OWN):
        return None
    return "licence-unknown"


EXAMPLES = [
    ("# licence: MIT\ndef f(x):\n    return x\n", None),
    ("# licence: GPL-3.0-only OR MIT\ndef f(x):\n    return x\n", None),
    ("# licence: LGPL-3.0-only\ndef f(x):\n    return x\n", "licence-not-permissive"),
    ("def f(x):\n    return x\n", "licence-unknown"),
]
