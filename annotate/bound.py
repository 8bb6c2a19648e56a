"""What a step asks at most about programs that nobody has written yet: those that `synth` would invent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.annotate.freely import LONGEST_HINT
from pyx.annotate.limits import count_most_out
from pyx.annotate.prompt import load_prompt
from pyx.annotate.rehearsal import Rehearsal
from pyx.annotate.shots import load_shots, write_shots
from pyx.annotate.synth import CALLS

VALUE = 4_096
"""Characters of the longest result that a case may have."""


def bound_questions(kind: str, programs: int, reply: int, *, options: Mapping[str, Any]) -> Rehearsal:
    """The most that a step of this kind asks about so many programs, each invented in `reply` tokens.

    A question holds the prompt with its examples, the program (reckoned thrice: with labels on its lines, and
    a call), a result and a hint. `options` are all options of the step.
    """
    cases = min(options.get("most", 1), CALLS)
    rows = load_shots(kind, options.get("shots", 0), options.get("shots_from", ""))
    shots = write_shots(rows, backward=kind == "backward")
    prompt = load_prompt(kind, options["style"])
    hint = 0 if options.get("hint", "none") == "none" else LONGEST_HINT
    letters = len((prompt.parts["system"] + prompt.parts["user"] + shots).encode()) + hint + 2 * VALUE
    found = Rehearsal(tries=options["tries"])
    found.bound = f"one program for each request of synth, {cases} questions about each"
    made = count_most_out(options["parameters"] or {})
    found.add_most(letters // 3 + 3 * reply, made, options.get("best_of", 1), times=programs * cases)
    return found
