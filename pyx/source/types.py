"""The parameters of a function, and what its source says about their types."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as far as inputs need it: `list` of `int`, one of some literals, ..."""

    name: str  # int float complex str bytes bool none list tuple set frozenset dict union literal any no
    parts: tuple[Kind, ...] = ()  # of the items; key and value of a dict; a tuple's, one each
    texts: tuple[str, ...] = ()  # of a literal: what it may be

    @property
    def writable(self) -> bool:
        """Whether values of it can be written as literals; `no` stands for callables and the like."""
        return self.name != "no" and all(part.writable for part in self.parts)


INT, FLOAT, STR, BOOL, NONE, ANY, NO = map(Kind, ("int", "float", "str", "bool", "none", "any", "no"))

_PLAIN = {
    "int": INT, "integer": INT, "Integral": INT, "SupportsInt": INT, "SupportsIndex": INT,
    "float": FLOAT, "Number": FLOAT, "Real": FLOAT, "number": FLOAT, "numeric": FLOAT,
    "str": STR, "string": STR, "Text": STR, "AnyStr": STR, "LiteralString": STR, "complex": Kind("complex"),
    "bool": BOOL, "boolean": BOOL, "bytes": Kind("bytes"), "bytearray": Kind("bytes"), "None": NONE,
    "Any": ANY, "object": ANY, "Hashable": ANY,
}  # fmt: skip
_MANY = {
    "list": "list", "List": "list", "Sequence": "list", "Iterable": "list", "Iterator": "list",
    "Collection": "list", "MutableSequence": "list", "array": "list", "iterable": "list", "sequence": "list",
    "Reversible": "list", "Container": "list", "Generator": "list",
    "set": "set", "Set": "set", "MutableSet": "set", "AbstractSet": "set",
    "frozenset": "frozenset", "FrozenSet": "frozenset",
}  # fmt: skip
_MAPS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "Counter"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `source` says where its kind is from, "" when nothing speaks of it."""

    name: str
    form: str  # "plain" | "keyword" | "star" | "double-star"
    default: str = ""  # its text, "" when it must be given
    kind: Kind = ANY
    source: str = ""  # "annotation" | "docstring" | "default" | "use" | ""


def find_parameters(function: ast.FunctionDef, tree: ast.Module) -> list[Parameter]:
    """The parameters in order, each with the best that is known about its type."""
    aliases = dict(_find_aliases(tree))
    said = _read_docstring(ast.get_docstring(function) or "")
    return [_judge(parameter, note, function, aliases, said) for parameter, note in _list(function)]


def _list(function: ast.FunctionDef) -> Iterator[tuple[Parameter, ast.expr | None]]:
    args = function.args
    plain = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    for arg, default in zip(plain, defaults, strict=True):
        yield Parameter(arg.arg, "plain", ast.unparse(default) if default else ""), arg.annotation
    if args.vararg:
        yield Parameter(args.vararg.arg, "star"), args.vararg.annotation
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield Parameter(arg.arg, "keyword", ast.unparse(default) if default else ""), arg.annotation
    if args.kwarg:
        yield Parameter(args.kwarg.arg, "double-star"), args.kwarg.annotation


def _judge(
    parameter: Parameter,
    note: ast.expr | None,
    function: ast.FunctionDef,
    aliases: dict[str, ast.expr],
    said: dict[str, str],
) -> Parameter:
    if note is not None:
        return replace(parameter, kind=read_kind(note, aliases), source="annotation")
    if parameter.name in said:
        kind = read_words(said[parameter.name])
        if kind != ANY:
            return replace(parameter, kind=kind, source="docstring")
    if parameter.default not in ("", "None"):
        kind = _kind_of_default(parameter.default)
        if kind != ANY:
            return replace(parameter, kind=kind, source="default")
    kind = find_use(function, parameter.name)
    return replace(parameter, kind=kind, source="use" if kind != ANY else "")


def _find_aliases(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """`Vector = list[float]` and `T = TypeVar("T", int, str)` at the top of a program."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def read_kind(node: ast.expr, aliases: dict[str, ast.expr], depth: int = 0) -> Kind:
    """The kind that an annotation means; `any` when it says nothing, `no` when no literal can fit."""
    if depth > 6:
        return ANY
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Constant(value=str(text)):
            return _read_text(text, aliases, depth)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _unite(read_kind(left, aliases, depth + 1), read_kind(right, aliases, depth + 1))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _read_name(name, aliases, depth)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _read_generic(name, items, aliases, depth)
        case ast.Call(func=ast.Name(id="TypeVar"), args=[_, *choices]):
            return read_kind(choices[0], aliases, depth + 1) if choices else ANY
    return NO


def _read_text(text: str, aliases: dict[str, ast.expr], depth: int) -> Kind:
    try:
        return read_kind(ast.parse(text, mode="eval").body, aliases, depth + 1)
    except (SyntaxError, ValueError, RecursionError):
        return NO


def _read_name(name: str, aliases: dict[str, ast.expr], depth: int) -> Kind:
    if name in aliases:
        return read_kind(aliases[name], aliases, depth + 1)
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _MANY:
        return Kind(_MANY[name], (ANY,))
    if name in _MAPS:
        return Kind("dict", (STR, ANY))
    return Kind("tuple", (ANY, ANY)) if name in ("tuple", "Tuple") else NO


def _read_generic(name: str, items: list[ast.expr], aliases: dict[str, ast.expr], depth: int) -> Kind:
    if name == "Literal":
        return Kind("literal", texts=tuple(ast.unparse(item) for item in items))
    parts = tuple(
        ANY if isinstance(item, ast.Constant) and item.value is ... else read_kind(item, aliases, depth + 1)
        for item in items
    )
    if name in ("Optional", "Union"):
        return _unite(*parts, *([NONE] if name == "Optional" else []))
    if name in ("Annotated", "Final", "ClassVar"):
        return parts[0]
    if name in ("tuple", "Tuple"):
        many = isinstance(items[-1], ast.Constant) and items[-1].value is ...
        return Kind("tuple", (parts[0],) * 3 if many else parts)
    if name in _MANY:
        return Kind(_MANY[name], parts[:1])
    if name in _MAPS:
        return Kind("dict", parts if len(parts) == 2 else (*parts[:1], INT))
    return NO


def _unite(*kinds: Kind) -> Kind:
    flat = [part for kind in kinds for part in (kind.parts if kind.name == "union" else (kind,))]
    able = tuple(dict.fromkeys(kind for kind in flat if kind.writable))
    if not able:
        return NO
    return able[0] if len(able) == 1 else Kind("union", able)


_SAID = (
    re.compile(r"^\s*:type\s+(?P<name>\w+)\s*:\s*(?P<type>.+)$", re.M),
    re.compile(r"^\s*:param\s+(?P<type>[\w\[\], .]+?)\s+(?P<name>\w+)\s*:", re.M),
    re.compile(r"^\s*(?P<name>\w+)\s*\((?P<type>[^()\n]+)\)\s*:", re.M),
    re.compile(r"^\s*(?P<name>\w+) : (?P<type>[^\n]+)$", re.M),
)


def _read_docstring(text: str) -> dict[str, str]:
    """Parameter -> the words that a docstring's parameter table gives for its type."""
    found: dict[str, str] = {}
    for pattern in _SAID:
        for match in pattern.finditer(text):
            found.setdefault(match["name"], match["type"])
    return found


def read_words(words: str) -> Kind:
    """The kind that the words of a docstring mean: `list of int`, `str, optional`, `int or None`."""
    words = re.sub(r"(?i)[,;]?\s*(optional|default\b.*|required|positional)\s*$", "", words.strip(" `."))
    words = words.strip(" ,`")
    choices = re.split(r"\s+or\s+|\s*\|\s*", words)
    if len(choices) > 1:
        return _unite(*map(read_words, choices))
    match = re.fullmatch(r"(?i)(?:an?\s+)?(\w+)\s+of\s+(.+)", words)
    if match and match[1].lower() in _MANY:
        return Kind(_MANY[match[1].lower()], (read_words(re.sub(r"s$", "", match[2])),))
    words = re.sub(r"(?i)^(an?|the)\s+", "", words)
    try:
        kind = read_kind(ast.parse(words, mode="eval").body, {})
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ANY
    return ANY if kind == NO and not re.search(r"(?i)callable|function|class", words) else kind


def _kind_of_default(text: str) -> Kind:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return ANY
    kind = _PLAIN.get(type(value).__name__)
    if kind is not None:
        return kind
    return Kind("dict", (STR, ANY)) if isinstance(value, dict) else Kind(type(value).__name__, (ANY,))


_METHODS = {
    "str": "lower upper split strip lstrip rstrip startswith endswith replace isdigit isalpha isalnum "
    "isspace isupper islower title capitalize join splitlines encode swapcase partition format zfill find",
    "list": "append extend insert sort reverse",
    "dict": "items keys values setdefault",
    "set": "add union intersection difference issubset issuperset discard",
}
_KIND_OF_METHOD = {
    method: {"str": STR, "list": Kind("list", (INT,)), "dict": Kind("dict", (STR, INT)),
             "set": Kind("set", (INT,))}[name]
    for name, methods in _METHODS.items() for method in methods.split()
}  # fmt: skip
_SHARED_METHODS = {
    "count",
    "index",
    "pop",
    "copy",
    "clear",
    "remove",
    "update",
    "get",
    "real",
    "imag",
    "bit_length",
}
_WHOLE = (ast.Mod, ast.FloorDiv, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor)
_MANY_CALLS = {
    "sorted",
    "sum",
    "enumerate",
    "reversed",
    "max",
    "min",
    "len",
    "list",
    "set",
    "tuple",
    "zip",
    "iter",
}
_WHOLE_CALLS = {"range", "bin", "hex", "oct", "chr"}


def find_use(function: ast.FunctionDef, name: str) -> Kind:
    """The kind that the body's use of a parameter suggests; `any` when it suggests none."""
    votes: Counter[Kind] = Counter()
    for node in ast.walk(function):
        for kind, weight in _read_use(node, name):
            votes[kind] += weight
    if not votes:
        return ANY
    return max(votes.items(), key=lambda vote: (vote[1], vote[0].name))[0]


def _read_use(node: ast.AST, name: str) -> Iterator[tuple[Kind, int]]:
    def is_it(item: ast.AST | None) -> bool:
        return isinstance(item, ast.Name) and item.id == name

    numbers = Kind("list", (INT,))
    match node:
        case ast.Call(func=value) if is_it(value):
            yield NO, 100
        case ast.Attribute(value=value, attr=method) if is_it(value):
            if method in _KIND_OF_METHOD:
                yield _KIND_OF_METHOD[method], 5
            elif method not in _SHARED_METHODS:
                yield NO, 20
        case ast.Call(func=ast.Name(id=called), args=args) if any(map(is_it, args)):
            if called in _MANY_CALLS:
                yield numbers, 2
            elif called in _WHOLE_CALLS:
                yield INT, 5
            elif called == "abs":
                yield INT, 2
        case ast.For(iter=value) | ast.comprehension(iter=value) if is_it(value):
            yield numbers, 3
        case ast.Subscript(value=value) if is_it(value):
            yield numbers, 3
        case ast.Subscript(slice=value) if is_it(value):
            yield INT, 3
        case ast.BinOp(left=left, op=op, right=right) if is_it(left) or is_it(right):
            yield INT, 3 if isinstance(op, _WHOLE) else 1
        case ast.Compare(left=left, comparators=[other, *_]) if is_it(left):
            yield from _read_comparison(other)


def _read_comparison(other: ast.expr) -> Iterator[tuple[Kind, int]]:
    match other:
        case ast.Constant(value=bool() | None):
            return
        case ast.Constant(value=int()):
            yield INT, 3
        case ast.Constant(value=float()):
            yield FLOAT, 3
        case ast.Constant(value=str()):
            yield STR, 3
