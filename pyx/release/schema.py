"""The published schema: every column of every config.

It is a thing of its own, apart from the records that flow through the stages: those may change
with the engine, this changes only with `VERSION`. `page` is docs/schema.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VERSION = 2
"""2 added `invented`; releases of version 1 can be verified and compared as before."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `type` is a scalar's name, or the fields of a struct; `many` makes it a list.

    `since` is the schema version that added it.
    """

    name: str
    type: str | tuple[Column, ...]
    about: str
    many: bool = False
    since: int = 1


_CALL = (
    Column("setup", "string", "Statements to run before the call, in the module of `code`; empty for most."),
    Column("call", "string", "The call as source text, e.g. `f([1, 2], k=3)`. It is authoritative."),
    Column(
        "args",
        "string",
        'The arguments as literal text of `{"parameter": value}`, written down before the '
        "call ran; empty when one of them has no literal form.",
    ),
    Column("output", "string", "What the call returned, as literal text; empty when it raised."),
    Column(
        "output_type",
        "string",
        "Name of the type returned; for `generator` and other iterators the output "
        "is the list of their items.",
    ),
    Column("exception", "string", "Type of the exception that the call raised; empty when it returned."),
    Column("message", "string", "Text of that exception."),
    Column("stdout", "string", "What was printed."),
    Column("changed", "string", "Parameters whose argument the call changed in place.", many=True),
    Column(
        "grade",
        "string",
        "Where the input comes from: `doctest`, `callsite`, `typed`, `heuristic`, "
        "`mutated` or `teacher`, the most real first.",
    ),
    Column("python", "string", "Python version that executed it."),
    Column(
        "sandbox_level",
        "string",
        "Isolation it was executed under, whose self-test had held: `sealed`, `kernel`, `process` or `none`.",
    ),
)

_CASE = (
    Column("id", "string", "Case id: the program's id, then a digest of setup and call."),
    *_CALL,
    Column("documented", "string", "The result that a doctest states; empty if none does."),
)

_PROGRAM = (
    Column(
        "code",
        "string",
        "A self-contained module that defines `entry_point`, with the imports, constants, "
        "helpers and comments it needs.",
    ),
    Column("entry_point", "string", "Name of the function that is called."),
    Column("description", "string", "What it does, in prose, without examples; empty when nothing says so."),
)

ORIGIN = (
    Column("corpus", "string", "Where it was read, e.g. `package:boltons`."),
    Column("version", "string", "Version of that distribution, where one is known."),
    Column("path", "string", "File within the corpus."),
    Column("name", "string", "Qualified name of the function in that file."),
    Column("line", "int32", "First line of the function in that file."),
)

_PROVENANCE = (
    Column("code_teacher", "string", "Model and prompt that wrote the code; empty for code that was found."),
    Column("description_teacher", "string", "Model and prompt that wrote the description; empty if found."),
    Column("origin", ORIGIN, "Where the program comes from."),
    Column("licence", "string", "SPDX expression of its licence."),
    Column(
        "family", "string", "Shared by programs that are equal or nearly so; a family never straddles splits."
    ),
    Column("schema_version", "int32", "Version of this schema."),
    Column("digest", "string", "First 16 hexadecimal digits of the SHA-256 of all other columns of the row."),
)

INVENTED = (
    Column("seed", "string", "The snippet of real code that it was inspired by, from the file in `origin`."),
    Column("parameters", "string", "Parameters that the teacher was asked with, as JSON."),
    Column("tries", "int32", "Texts that were asked for until this one was accepted; 0 if it was found."),
    Column("request", "string", "Key of the request in the journal of the run."),
)

_KEYS = (
    Column("id", "string", "Id of the row."),
    Column("program_id", "string", "Id of the row's program in the config `programs`."),
    Column("case_id", "string", "Id of the row's case among that program's `cases`."),
)

CLAIM = (
    Column("kind", "string", "What is claimed; the module `pyx.claims` lists the kinds."),
    Column("line", "int32", "Line of `code`, from 1; 0 when it is about none."),
    Column("name", "string", "A variable or function; empty when it is about none."),
    Column("value", "string", "A value, as literal text; empty when it is about none."),
    Column("count", "int64", "A number of iterations, times or levels; -1 when it is about none."),
    Column("said", "string", "The words of the monologue that say it."),
)

_VERDICT = (
    Column("accepted", "bool", "Always true: what was not accepted is no row."),
    Column("checked", "int32", "Number of claims that were checked against the trace."),
    Column("read", "float64", "Share of the sentences that could be read."),
)

_COVERAGE = (
    Column("statements", "float64", "Share of the executed statements that the monologue speaks of."),
    Column("branches", "float64", "Share of the taken branches that it speaks of; 1.0 when there are none."),
)

_TEXT = (
    Column("monologue", "string", "The text that explains this execution."),
    Column("claims", CLAIM, "What the monologue claims, in its order; every claim was checked.", many=True),
    Column("verdict", _VERDICT, "The judgement on the claims."),
)

_TEACHER = (
    Column("teacher", "string", "Who wrote the monologue: `narrator`, or a model's name."),
    Column("prompt_hash", "string", "Digest of the prompt it was given; empty for the narrator."),
    Column("tries", "int32", "Texts that were asked for until this one was accepted."),
)

_TRACE = (
    Column("trace", "string", "The recorded execution as JSON, in the event form of `pyx.trace.events`."),
)

_BACK = (
    Column("call", "string", "The call that the monologue ends in; it was executed and gives the output."),
    Column(
        "asked_call", "string", "The call of the case that was asked about; any other input may be found."
    ),
)


def _pick(columns: tuple[Column, ...], *names: str) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.name in names)


CONFIGS: dict[str, tuple[Column, ...]] = {
    "programs": (
        Column("id", "string", "Program id: a digest of the code's normal form and the entry point."),
        *_PROGRAM,
        Column("imports", "string", "Top-level modules it imports.", many=True),
        Column("constructs", "string", "Language constructs it uses: `loop`, `recursion`, ...", many=True),
        Column("cases", _CASE, "Calls of the entry point, with what was observed.", many=True),
        Column("invented", INVENTED, "How `code_teacher` came to the code; empty if it was found.", since=2),
        *_PROVENANCE,
    ),
    "nl2code": (*_KEYS, *_PROGRAM, *_CALL, *_PROVENANCE),
    "forward": (
        *_KEYS,
        *_PROGRAM,
        *_CALL,
        *_TRACE,
        *_TEXT,
        Column("coverage", _COVERAGE, "How much of the execution the monologue speaks of."),
        *_TEACHER,
        Column("rules", "string", "Tracing rules that took part, each `CODE.version`.", many=True),
        *_PROVENANCE,
    ),
    "backward": (
        *_KEYS,
        *_PROGRAM,
        *_BACK,
        *_pick(_CALL, "setup", "output", "output_type", "exception", "grade", "python", "sandbox_level"),
        *_TEXT,
        *_TEACHER,
        *_PROVENANCE,
    ),
}
"""All columns, in order. A config that has no rows is absent from a release."""


def find_columns(config: str, version: int = VERSION) -> tuple[Column, ...]:
    """The columns that a config has in a version of the schema."""
    return tuple(column for column in CONFIGS[config] if column.since <= version)


ABOUT = {
    "programs": "One row a program, with all its cases.",
    "nl2code": "One row a program that has a description, with its first case as the example.",
    "forward": "One row a (program, case): the trace, and a monologue in execution order.",
    "backward": "One row a (program, output): a monologue from the output back to an input that gives it.",
}


def list_features(config: str, version: int = VERSION) -> list[Row]:
    """The columns of a config as `dataset_info` in a card's front matter says them."""
    return [_feature(column) for column in find_columns(config, version)]


def _feature(column: Column) -> Row:
    if isinstance(column.type, str):
        return {"name": column.name, "list" if column.many else "dtype": column.type}
    inner = [_feature(one) for one in column.type]
    return {"name": column.name, "list" if column.many else "struct": inner}


def page() -> str:
    """The page docs/schema.md."""
    parts = [_HEAD.format(version=VERSION)]
    for config, columns in CONFIGS.items():
        parts += [f"## {config}\n", ABOUT[config] + "\n", "| column | type | |", "|---|---|---|"]
        parts += [line for column in columns for line in _describe(column, "")]
        parts.append("")
    return "\n".join(parts)


def _describe(column: Column, prefix: str) -> Iterator[str]:
    name = f"{prefix}{column.name}"
    kind = column.type if isinstance(column.type, str) else "struct"
    yield f"| `{name}` | {f'list of {kind}' if column.many else kind} | {column.about} |"
    if not isinstance(column.type, str):
        for inner in column.type:
            yield from _describe(inner, f"{name}{'[]' if column.many else ''}.")


_HEAD = """# The schema of a release

<!-- Written by `pyx release schema`; do not edit. -->

Schema version {version}. A release has one folder a config and one Parquet file a split. No column is
ever null: a text that does not apply is empty. "Literal text" is the grammar of `ast.literal_eval` plus
`nan`, `inf`, `frozenset({{...}})`, `Ellipsis` and `<opaque module.Type>` for an object without a
literal form; `pyx.literals.read` reads it. A config or split without rows is absent.
"""
