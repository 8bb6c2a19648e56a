"""Decontamination: copies and edited copies of benchmark items are found, other code is left alone."""

from __future__ import annotations

import ast
import builtins
import gzip
import json
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from pyx.errors import RecipeError
from pyx.recipe import parse
from pyx.records import Origin, Program, Reject, Sample
from pyx.source.overlap import Item, Overlap
from pyx.stages import decontaminate as stage

SHARED = Path(__file__).parent.parent.parent / "shared" / "benchmarks"

TASK = '''
def running_maximum(numbers, floor):
    """Give for every place of the list the largest number seen so far, but never one below the floor."""
    seen = []
    best = floor
    for number in numbers:
        if number > best:
            best = number
        seen.append(best)
    return seen
'''
ITEM = {
    "task_id": "Toy/7",
    "prompt": TASK.partition("    seen =")[0],
    "canonical_solution": "    seen =" + TASK.partition("    seen =")[2],
}
PROSE = "Give for every place of the list the largest number seen so far, but never one below the floor."
UNRELATED = '''
def count_words(text):
    """Count how often each word stands in a text, in lower case."""
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts
'''


def rename(code: str) -> str:
    for old, new in (
        ("running_maximum", "peaks"),
        ("numbers", "xs"),
        ("number", "x"),
        ("best", "top"),
        ("seen", "out"),
    ):
        code = code.replace(old, new)
    return code.replace("floor", "low")


def drop_docstring(code: str) -> str:
    tree = ast.parse(code)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    del function.body[0]
    return ast.unparse(tree)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "Toy.jsonl"
    path.write_text(json.dumps(ITEM) + "\n")
    return path


@pytest.fixture
def index(toy: Path) -> Overlap:
    return Overlap(stage.read_items(toy))


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (TASK, "copy"),
        ("import os\n" + TASK.replace("    ", "\t"), "copy"),
        ("Here it is:\n```python\n" + TASK + "```\n", "copy"),
        (PROSE, "copy"),
        (TASK.replace("best = number", "best = number  # new").replace("the floor.", "it."), "words"),
        (drop_docstring(rename(TASK)), "shape"),
        (drop_docstring(rename(TASK)).replace("return out", "return list(out)"), "shape"),
        ("Give for every place of the list the highest number seen so far, never below the floor.", "prose"),
    ],
)  # fmt: skip
def test_a_copy_is_found(index: Overlap, text: str, method: str) -> None:
    (hit,) = index.find(text)
    assert (hit.benchmark, hit.item, hit.method) == ("Toy", "Toy/7", method)


@pytest.mark.parametrize(
    "text", [UNRELATED, "", "def f(x):\n    return x\n", "not python (", "the list of numbers"]
)
def test_other_texts_are_left_alone(index: Overlap, text: str) -> None:
    assert index.find(text) == []


def test_a_row_of_numbers_in_common_is_no_copy() -> None:
    days = "DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]"
    item = Item("Toy", "1", f"{days}\n\ndef valid(month, day):\n    return 0 < day <= DAYS[month - 1]\n")
    assert Overlap([item]).find(f"{days}\n\ndef name(text):\n    return text.title()\n") == []


def make(code: str, description: str = "") -> Sample:
    return Sample(code[:20], Origin("t"), program=Program(code, "f", description))


def test_the_stage_drops_what_repeats_an_item_and_says_which(toy: Path) -> None:
    samples = [make(UNRELATED), make(rename(TASK)), make("def f(x):\n    return max(x)\n", PROSE)]
    kept, *dropped = stage.decontaminate(samples, files=[str(toy)])
    assert isinstance(kept, Sample) and kept.id == samples[0].id
    assert [item.reason for item in dropped if isinstance(item, Reject)] == ["repeats-toy", "repeats-toy"]
    assert [item.detail for item in dropped if isinstance(item, Reject)] == [
        "Toy/7 by shape, 100% of it",
        "Toy/7 by copy, 100% of it",
    ]


def test_gzipped_files_are_read(toy: Path, tmp_path: Path) -> None:
    packed = tmp_path / "Toy.jsonl.gz"
    packed.write_bytes(gzip.compress(toy.read_bytes()))
    assert list(stage.read_items(packed)) == list(stage.read_items(toy))


def test_a_folder_can_be_named_by_the_environment(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(stage.PLACE, str(toy.parent))
    assert stage.list_files() == [toy]
    found = stage.state_benchmarks()["decontaminate"]
    assert found["items by benchmark"] == {"Toy": 1}


def test_a_recipe_without_benchmark_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(stage.PLACE, raising=False)
    text = '[[step]]\nuse = "extract"\n[[step]]\nuse = "decontaminate"\n'
    with pytest.raises(RecipeError, match=r"step 2 \(decontaminate\): no benchmark files"):
        parse(text)
    assert parse(text + "optional = true\n").steps[1].options == {"optional": True}


def test_a_release_records_that_nothing_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(stage.PLACE, raising=False)
    assert "nothing was compared" in stage.state_benchmarks(optional=True)["decontaminate"]["items"]


def test_a_damaged_benchmark_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{")
    with pytest.raises(RecipeError, match=r"benchmark file bad\.jsonl"):
        list(stage.read_items(tmp_path / "bad.jsonl"))


@pytest.fixture(scope="module")
def published() -> Overlap:
    if not SHARED.is_dir():
        pytest.skip("no benchmark data beside the repository")
    files = [SHARED / name for name in ("HumanEval.jsonl.gz", "mbpp.jsonl", "cruxeval.jsonl")]
    return Overlap(item for file in files for item in stage.read_items(file))


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")

PLANTED: dict[str, tuple[Callable[[str], str], float]] = {
    "as it is": (str, 0.94),
    "formatted anew": (lambda code: ast.unparse(ast.parse(code)), 0.94),
    "in a longer file": (lambda code: f"import os\n\nclass A:\n    x = 1\n\n{code}\n\nprint(A)\n", 0.94),
    "renamed, without docstrings": (lambda code: rename_all(code), 0.9),
}


def rename_all(code: str) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name = f"fun_{node.name}"
            node.body = node.body[1:] if ast.get_docstring(node) is not None and node.body[1:] else node.body
        elif isinstance(node, ast.arg):
            node.arg = f"{node.arg}_1"
        elif isinstance(node, ast.Name) and node.id not in dir(builtins):
            node.id = f"{node.id}_1"
    return ast.unparse(tree)


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_benchmark_items_are_found(published: Overlap, kind: str) -> None:
    change, least = PLANTED[kind]
    items = [item for item in published.items[::19] if _parses(item.code)]
    found = [any(hit.item == item.id for hit in published.find(change(item.code))) for item in items]
    assert sum(found) / len(found) >= least, f"{sum(found)} of {len(found)}"


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def test_the_standard_library_repeats_almost_nothing(published: Overlap) -> None:
    hits = [name for name, code in list_functions(400) if published.find(code)]
    assert len(hits) <= 2, hits


def list_functions(most: int) -> list[tuple[str, str]]:
    found = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = path.read_text("utf-8", errors="replace")
        functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        found += [
            (f"{path.name}: {node.name}", ast.get_source_segment(text, node) or "") for node in functions
        ]
    return found[:: max(1, len(found) // most)][:most]
