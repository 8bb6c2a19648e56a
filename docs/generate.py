"""Write the generated pages of docs/: run `python docs/generate.py`; the tests compare.

Plug-ins document themselves (docstring and EXAMPLES), the command line its help, the release its
schema: what stands in two places is written by the one that is true.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import click

from pyx import cli
from pyx.annotate.prompt import list_styles, load_prompt
from pyx.annotate.shots import read_rows
from pyx.claims import KINDS
from pyx.options import name_type
from pyx.registry import REGISTRIES, Plugin, Registry
from pyx.release import schema
from pyx.sandbox import policy
from pyx.verdict import REASONS

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py; change the source, not this page. -->\n"

ASKED = ("synth", "describe", "forward", "backward")

INTRODUCTIONS = {
    "seeds": "Readers of corpora: what stands before the colon in `--seeds KIND:ARGUMENT`.",
    "filter": "Each drops a sample by looking at it, and says why. Named by the stage `filter`.",
    "inputs": "Each finds calls for a program. Named by the stage `inputs`.",
    "rule": "Tracing rules: `V` snapshots a value, `E` says what a call may change, `N` narrates a step.",
    "format": "A recorded trace as text, for `pyx trace --format` and for training.",
    "stage": "The steps of a recipe.",
    "teacher": "Who writes monologues and programs.",
    "benchmark": "What a model is scored on.",
}


def write_pages() -> dict[str, str]:
    """Every generated page: its name within docs/ and its text."""
    pages = {
        "cli.md": _write_cli(),
        "refusals.md": _write_refusals(),
        "modules.md": _write_modules(),
        "prompts.md": _write_prompts(),
        "schema.md": schema.page(),
        "claims.md": _write_claims(),
    }
    for registry in REGISTRIES:
        if list(registry):
            pages[f"plugins/{registry.kind}.md"] = _write_registry(registry)
    return pages


def _write_cli() -> str:
    os.environ["COLUMNS"] = "100"
    parts = [NOTE, "# The command line\n"]
    context = click.Context(cli.group, info_name="pyx", max_content_width=100, terminal_width=100)
    for path, command in _walk(cli.group, context):
        inner = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
        parts.append(f"## {path}\n\n```\n{command.get_help(inner).rstrip()}\n```\n")
    return "\n".join(parts)


def _walk(command: click.Command, context: click.Context) -> list[tuple[str, click.Command]]:
    path = context.command_path
    found: list[tuple[str, click.Command]] = [(path, command)]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += _walk(inner, click.Context(inner, info_name=f"{path} {name}"))
    return found


def _write_claims() -> str:
    """What a text can claim, and why a verdict refuses: the tables that the code itself uses."""
    parts = [NOTE, "# Claims and reasons\n", "See [judge.md](judge.md).\n"]
    parts.append("## Reasons\n\nThe words before the colon; what follows them is for people.\n")
    parts.append("| reason | meaning |\n|---|---|")
    parts += [f"| `{reason}` | {meaning} |" for reason, meaning in REASONS.items()]
    parts.append("\n## Kinds of claims\n")
    parts.append("A claim has `kind`, `line`, `name`, `value`, `count` and `said`: the words that make it.")
    parts.append("A line of 0, an empty name or value, and a count of -1 mean that the text does not say.\n")
    parts.append("| kind | fields | says that | direction |\n|---|---|---|---|")
    parts += [
        f"| `{name}` | {kind.fields} | {kind.says} | {kind.direction} |" for name, kind in KINDS.items()
    ]
    return "\n".join(parts) + "\n"


def _write_refusals() -> str:
    """What each code of the policy means, with the first program of the corpus that meets it."""
    examples: dict[str, str] = {}
    for path in sorted((FOLDER.parent / "tests" / "programs" / "refused").glob("*.txt")):
        for part in path.read_text().split("#: ")[1:]:
            head, _, text = part.partition("\n")
            examples.setdefault(head.split()[0], text)
    parts = [NOTE, "# Why the policy refuses a program\n", "See [policy.md](policy.md).\n"]
    for code, (does, instead) in sorted(policy.CODES.items()):
        parts.append(f"## {code}\n\nRefused because {does}. Way out: {instead}.\n")
        if code in examples:
            parts.append(f"```python\n{examples[code]}```\n")
    return "\n".join(parts)


def _write_modules() -> str:
    parts = [NOTE, "# What programs may import\n", "See [policy.md](policy.md).\n"]
    for name, module in sorted(policy.DEFAULT.modules.items()):
        parts.append(f"## {name}\n\n{module.reason} Reviewed {module.reviewed}.\n")
        parts.append(" ".join(f"`{item}`" for item in sorted(module.names)) + "\n")
        if module.hardened:
            parts.append("Checked forms: " + " ".join(f"`{item}`" for item in sorted(module.hardened)) + "\n")
        if marks := module.nondeterministic:
            rows = (f"`{item}` ({cause})" for item, cause in sorted(marks.items()))
            parts.append("Can differ from run to run: " + ", ".join(rows) + "\n")
    return "\n".join(parts)


def _write_prompts() -> str:
    """Every prompt by name, version and hash, then its text; and the examples that ship."""
    prompts = [load_prompt(kind, style) for kind in ASKED for style in list_styles(kind)]
    parts = [
        NOTE,
        "# Prompts\n",
        "See [teachers.md](teachers.md). `{{name}}` is a value that is filled in.\n",
    ]
    parts += ["| prompt | version | hash | |", "|---|---|---|---|"]
    parts += [
        f"| [`{prompt.name}`](#{prompt.name}) | {prompt.version} | `{prompt.hash}` | {prompt.about} |"
        for prompt in prompts
    ]
    parts.append("\nExamples that ship, each executed and judged by the tests:\n")
    for kind in ASKED:
        calls = [row["call"] if "call" in row else row["calls"][0] for row in read_rows(kind)]
        parts += [f"- `{kind}`: " + ", ".join(f"`{call}`" for call in calls)] if calls else []
    for prompt in prompts:
        parts.append(f"\n## {prompt.name}")
        parts += [f"\n{part}:\n\n````\n{text.strip()}\n````" for part, text in prompt.parts.items()]
    return "\n".join(parts) + "\n"


def _write_registry(registry: Registry) -> str:
    parts = [NOTE, f"# Plug-ins: {registry.kind}\n", INTRODUCTIONS[registry.kind] + "\n"]
    parts += [_write_plugin(plugin) for plugin in registry if plugin.module.startswith("pyx.")]
    return "\n".join(parts)


def _write_plugin(plugin: Plugin) -> str:
    title = f"PYX-{plugin.code} {plugin.name}" if plugin.code else plugin.name
    lines = [f"## {title}\n", f"version {plugin.version}, `{plugin.module}`\n", plugin.doc + "\n"]
    for option in plugin.options.values():
        default = "must be given" if option.required else f"default `{option.default!r}`"
        lines.append(f"- `{option.name}`: {name_type(option.type)}, {default}")
    facts = {fact: plugin.facts.get(fact, ()) for fact in ("needs", "gives")}
    lines += [_write_fact(fact, words) for fact, words in facts.items() if words]
    return "\n".join([*lines, "\n```python\n" + _cut_examples(plugin) + "```\n"])


def _write_fact(fact: str, words: Any) -> str:
    if callable(words):
        return f"- {fact}: that depends on its options"
    return f"- {fact} " + ", ".join(f"`{word}`" for word in words)


def _cut_examples(plugin: Plugin) -> str:
    """The EXAMPLES of a plug-in as its file writes them."""
    import ast

    source = inspect.getsource(inspect.getmodule(plugin.function))  # type: ignore[arg-type]
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "EXAMPLES":
            return "".join(source.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])
    raise AssertionError(f"{plugin.module} writes no EXAMPLES")


if __name__ == "__main__":
    for name, text in write_pages().items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")
