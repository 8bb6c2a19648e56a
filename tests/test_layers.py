"""Each layer imports only what stands below it, and each heavy library has one home."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS: dict[str, str] = {
    "errors": "",
    "literals": "",
    "records": "errors",
    "options": "",
    "registry": "errors options",
    "source": "errors records literals libcst tree_sitter tree_sitter_python",
    "trace": "errors records registry literals",
    "sandbox": "errors records registry literals trace RestrictedPython",
    "rules": "errors records registry literals trace",
    "claims": "errors records registry literals trace",
    "verdict": "errors records registry literals trace claims",
    "filters": "errors records registry literals source rules trace",
    "inputs": "errors records registry literals source rules trace",
    "formats": "errors records registry literals source rules trace",
    "seeds": "errors records registry source hub pyarrow",
    "stages": "errors records registry literals source trace sandbox rules claims verdict "
    "filters inputs formats rensa",
    "annotate": "errors records registry literals source trace rules claims verdict sandbox "
    "openai httpx2 transformers",
    "recipe": "errors records registry options",
    "shards": "records",
    "workers": "multiprocess",
    "engine": "errors records registry recipe shards workers",
    "release": "errors records literals recipe registry source trace sandbox claims verdict cards hub "
    "pyarrow",
    "hub": "errors records datasets huggingface_hub",
    "cards": "errors records",
    "trainers": "errors records registry literals trace formats claims verdict sandbox hub cards pyarrow "
    "torch transformers tokenizers trl peft accelerate matplotlib openai",
    "samples": "",
    "recipes": "",
}
"""Who may import what: layers of pyx, then libraries beyond the standard library."""

ANYTHING = {"cli", "commands", "__main__", "__init__"}


def find_layer(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "pyx" else parts[0]


def find_imports(path: Path) -> set[str]:
    """Layers of pyx and libraries that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name for alias in node.names for name in name_import(alias.name, [])}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= name_import(node.module or "", [alias.name for alias in node.names])
    return found


def name_import(module: str, names: list[str]) -> set[str]:
    parts = module.split(".")
    if parts[0] != "pyx":
        return set() if parts[0] in sys.stdlib_module_names else {parts[0]}
    if len(parts) > 1:
        return {parts[1]}
    return {name for name in names if name != "__version__"}


FILES = sorted(
    path
    for folder in ("pyx", "annotate", "trainers", "cards")
    for path in (ROOT / folder).rglob("*.py")
    if not any(parent.is_symlink() for parent in path.parents)
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_lower_layers(path: Path) -> None:
    layer = find_layer(path)
    if layer in ANYTHING:
        return
    assert layer in LAYERS, f"{path}: no layer {layer!r} in the table"
    allowed = {layer, *LAYERS[layer].split()}
    assert find_imports(path) <= allowed


def test_the_layer_table_has_no_cycle() -> None:
    done: set[str] = set()
    waiting = {layer: {name for name in row.split() if name in LAYERS} for layer, row in LAYERS.items()}
    while waiting:
        ready = {layer for layer, needs in waiting.items() if needs <= done}
        assert ready, f"a cycle among {sorted(waiting)}"
        done |= ready
        waiting = {layer: needs for layer, needs in waiting.items() if layer not in ready}


def test_nobody_imports_annotate_but_the_registry() -> None:
    for path in FILES:
        if find_layer(path) not in ANYTHING | {"annotate"}:
            assert "annotate" not in find_imports(path), path
