"""What a run would cost is said before, what it cost after, and a budget holds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve
from taught import find_asker, say

from pyx.annotate.journal import read_journal
from pyx.annotate.limits import count_tokens
from pyx.annotate.prompt import load_prompt
from pyx.annotate.shots import read_rows
from pyx.annotate.synth import write_sections
from pyx.annotate.tally import tally
from pyx.release.tables import read_rows as read_table

RECIPE = """
name = "asked"
[[step]]
use = "extract"
[[step]]
use = "inputs"
most = 2
[[step]]
use = "execute"
[[step]]
use = "backward"
model = "tiny"
shots = 0
tries = 2
parameters = { max_tokens = 100 }
[[step]]
use = "split"
"""

PROGRAMS = "".join(
    f'def scale_{n}(x):\n    """Scale.\n\n    >>> scale_{n}(3)\n    {3 * n}\n    """\n    return x * {n}\n\n'
    for n in range(2, 8)
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "scale.py").write_text(PROGRAMS)
    return tmp_path


def pyx(
    server: Server, folder: Path, *words: str, price: str = "1000,1000"
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "k",
        "PYX_TEACHER_PRICE": price,
    }
    return subprocess.run(
        [sys.executable, "-m", "pyx", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def curate(server: Server, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return pyx(server, folder, "curate", "recipe.toml", "--seeds", "folder:seeds", "--workers", "1", *words)


def test_a_dry_run_reckons_and_asks_nobody(server: Server, folder: Path) -> None:
    done = curate(server, folder, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "teacher backward: 12 to 24 requests" in done.stdout
    assert "$" in done.stdout and not server.seen and not (folder / "out").exists()


BEHIND = """
name = "behind"
[[step]]
use = "synth"
model = "tiny"
tries = 2
parameters = { max_tokens = 200 }
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "forward"
teacher = "openai"
model = "tiny"
hint = "trace"
most = 2
tries = 2
parameters = { max_tokens = 300 }
[[step]]
use = "split"
"""


def test_what_a_dry_run_cannot_know_behind_synth_is_an_upper_bound(server: Server, folder: Path) -> None:
    (folder / "recipe.toml").write_text(BEHIND)
    done = curate(server, folder, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert not server.seen
    line = r"teacher forward: 0 to 4 requests, 0 to ([\d,]+) tokens in, 0 to 1,200 out"
    found = re.search(line, done.stdout)
    assert found, done.stdout
    assert "an upper bound: one program for each request of synth, 2 questions about each" in done.stdout

    problem = write_sections(read_rows("synth")[1])
    server.act = lambda body, _: Act(text=problem if body["max_tokens"] == 200 else "word " * 150)
    curate(server, folder)
    asked = [count_tokens(body["messages"]) for body in server.seen if body["max_tokens"] == 300]
    assert len(asked) == 4 and sum(asked) <= int(found[1].replace(",", ""))


def test_a_budget_stops_the_run_in_good_order_and_a_higher_one_goes_on(server: Server, folder: Path) -> None:
    stopped = curate(server, folder, "--budget", "0.50")
    assert stopped.returncode == 1
    assert "the budget of $0.50 is spent" in stopped.stderr and "higher budget" in stopped.stderr
    found = tally(folder / "out" / "asked.work")
    assert found is not None and 0 < found.spent <= 0.50
    before = len(server.seen)
    done = curate(server, folder, "--budget", "50")
    assert "spent" in done.stderr and "backward accepted" in done.stderr, done.stderr
    total = tally(folder / "out" / "asked.work")
    assert total is not None and total.asked == len(server.seen) == 24 > before
    status = pyx(server, folder, "teachers", "status", "out/asked.work")
    assert "backward accepted  0 of 24" in status.stdout
    assert "refused backward: no-input  24" in status.stdout


def test_a_run_that_is_killed_asks_again_for_nothing_that_had_arrived(server: Server, folder: Path) -> None:
    journal = folder / "out/asked.work/teacher/journal.jsonl"
    server.act = lambda _, number: Act(delay=0.05 if number < 5 else 5.0)
    words = ["curate", "recipe.toml", "--seeds", "folder:seeds", "--workers", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "pyx", *words],
        cwd=folder,
        env={**os.environ, "OPENAI_BASE_URL": server.url},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        while not journal.exists() or len(list(read_journal(journal))) < 5:
            assert run.poll() is None
            time.sleep(0.02)
        os.kill(find_asker(journal.parent), signal.SIGKILL)
        os.killpg(run.pid, signal.SIGKILL)
    arrived = {row["key"] for row in read_journal(journal)}
    server.act = lambda *_: Act()
    curate(server, folder)
    keys = [row["key"] for row in read_journal(journal)]
    assert len(arrived) == 5 and keys[:5] == list(dict.fromkeys(keys))[:5]
    assert len(keys) == len(set(keys)) == 24


def test_a_budget_without_a_price_is_refused_before_anything_runs(server: Server, folder: Path) -> None:
    done = pyx(server, folder, "curate", "recipe.toml", "--seeds", "folder:seeds", "--budget", "5", price="")
    assert done.returncode == 1
    assert "a budget needs a price" in done.stderr and "PYX_TEACHER_PRICE" in done.stderr
    assert not server.seen and not (folder / "out").exists()


def test_teachers_are_listed_and_a_folder_without_any_is_named(server: Server, folder: Path) -> None:
    listed = pyx(server, folder, "teachers", "list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "batch", "local", "narrator", "openai", "replay",
    ]  # fmt: skip
    nobody = pyx(server, folder, "teachers", "status", "seeds")
    assert nobody.returncode == 1 and "no teacher was asked in seeds" in nobody.stderr


def test_the_recipe_in_the_documentation_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyx.recipe import parse

    monkeypatch.setenv("PYX_TEACHER_MODEL", "m")
    page = (Path(__file__).parent.parent / "docs" / "teachers.md").read_text()
    parse(page.partition("```toml\n")[2].partition("```")[0])


INVENT = """
name = "invented"
[[step]]
use = "synth"
model = "tiny"
parameters = { seed = 7 }
[[step]]
use = "execute"
[[step]]
use = "split"
"""


def test_a_release_says_how_a_teacher_came_to_each_program(server: Server, folder: Path) -> None:
    (folder / "recipe.toml").write_text(INVENT)
    server.act = say("I cannot.", write_sections(read_rows("synth")[1]))
    done = curate(server, folder, "--out", "made")
    assert done.returncode == 0, done.stderr
    (row,) = read_table(folder / "made/data/programs/train-00000-of-00001.parquet")
    invented = row["invented"]
    assert invented["seed"] in textwrap.dedent(PROGRAMS) and invented["parameters"] == '{"seed": 7}'
    assert invented["tries"] == 2
    keys = [line["key"] for line in read_journal(folder / "made.work/teacher/journal.jsonl")]
    assert invented["request"] == keys[1]
    assert row["code_teacher"] == f"tiny {load_prompt('synth', 'sections').label}"
    assert (row["origin"]["corpus"], row["origin"]["path"]) == ("folder:seeds", "scale.py")
    verified = pyx(server, folder, "verify", "made")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_release_with_a_teachers_texts_can_be_verified(server: Server, folder: Path) -> None:
    def act(body: dict[str, Any], _number: int) -> Act:
        asked = re.search(r"Result: `scale_(\d)\(\.\.\.\)` == `(-?[\d.]+)`", body["messages"][-1]["content"])
        if asked is None:
            return Act(text="I do not know.")
        factor, result = int(asked[1]), literal_eval(asked[2])
        back = result / factor if isinstance(result, float) else result // factor
        return Act(text=f"It multiplies.\n[ANSWER]assert scale_{factor}({back}) == {result}[/ANSWER]")

    server.act = act
    done = curate(server, folder, "--out", "made")
    assert done.returncode == 0, done.stderr
    assert "backward accepted" in done.stderr and "100.0%" in done.stderr, done.stderr
    card = (folder / "made" / "README.md").read_text()
    assert "- spent: $" in card and "- tokens: " in card
    verified = pyx(server, folder, "verify", "made")
    assert verified.returncode == 0, verified.stdout + verified.stderr
