"""On every program that recorders are known to go wrong on, ours is right."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).parent.parent / "benchmarks" / "tracer_faults.py"


def load_benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("tracer_faults", PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tracer_faults"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


FAULTS = load_benchmark()


@pytest.mark.parametrize("row", FAULTS.ROWS, ids=lambda row: row.name)
def test_the_values_of_a_variable_are_the_true_ones(row: Any, tmp_path: Path) -> None:
    values, result = FAULTS.see_ours(row, tmp_path)
    assert values == row.values
    assert result == row.result and type(result) is type(row.result)
