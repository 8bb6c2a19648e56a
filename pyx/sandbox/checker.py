"""The static half of the policy: looks at every node of a program and says what it refuses.

It is RestrictedPython's transformer, used as a visitor that changes nothing. That library's
`generic_visit` refuses any node it has no method for, so syntax of a later Python is refused until
somebody has looked at it, and its visits of functions and handlers lead to `check_name`. What it
refuses or rewrites beyond our need (augmented assignment, `_x` names, print, iteration,
subscripts) is overridden here.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import formatting, names, typetext
from pyx.sandbox.lists import FUTURE, Policy, left_out
from pyx.sandbox.refusals import Refusal
from pyx.sandbox.survey import Survey, room_to_recurse, survey

_DANGEROUS = re.compile("|".join(sorted(names.DANGEROUS)))
_FIELDS = ("__slots__", "__match_args__")


def check_tree(tree: ast.Module, policy: Policy) -> list[Refusal]:
    """Every refusal of a module, in the order of its lines."""
    try:
        checker = Checker(policy, survey(tree))
        with room_to_recurse():
            checker.visit(tree)
    except (RecursionError, MemoryError):
        return [Refusal("too-deep", 1, 0, "it is nested too deeply to be looked at")]
    return sorted(set(checker.refusals), key=lambda one: (one.line, one.column, one.code, one.sentence))


class Checker(RestrictingNodeTransformer):
    """Gathers the refusals of one module; the tree stays as it is."""

    def __init__(self, policy: Policy, found: Survey) -> None:
        super().__init__()
        self.policy = policy
        self.found = found
        self.refusals: list[Refusal] = []
        self.scopes = ["module"]
        self.checked: set[ast.AST] = set()  # targets `__slots__` and `__match_args__` with a plain value

    def refuse(self, node: Any, code: str, sentence: str) -> None:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        self.refusals.append(Refusal(code, line, column, sentence))

    # the library's own words

    def error(self, node: ast.AST, info: str) -> None:
        self.refuse(node, "syntax", f"RestrictedPython refuses it: {info}")

    def warn(self, node: ast.AST, info: str) -> None:
        """Its warnings announce that it prints, or what `not_allowed` refuses anyway."""

    def not_allowed(self, node: ast.AST) -> None:
        kind = type(node).__name__
        if kind.startswith("Async") or kind == "Await":
            self.refuse(node, "async", f"it uses {kind}; only plain functions and generators are run")
        elif kind == "TryStar":
            self.refuse(node, "except-star", "it uses except*, which hands out what no guard has seen")
        else:
            self.refuse(node, "syntax", f"it uses {kind}, which the policy does not know")
        self.node_contents_visit(node)

    def node_contents_visit(self, node: Any) -> Any:
        """Visit what a node holds, without building it anew."""
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)
        return node

    # names

    def check_name(self, node: Any, name: str | None, allow_magic_methods: bool = False) -> None:
        """A name that is bound, in whatever way; `allow_magic_methods` for a function."""
        if name in names.GUARDS:
            self.refuse(node, "reserved-name", f"it binds {name}, a name of the guards")
        elif name and names.is_dunder(name):
            self.check_special(node, name, allow_magic_methods)

    def check_special(self, node: Any, name: str, method: bool) -> None:
        scope = self.scopes[-1]
        if scope == "class" and name in (names.METHODS if method else names.CLASS_NAMES):
            if name in _FIELDS and node not in self.checked:
                code = name.strip("_").replace("_", "-")
                self.refuse(node, code, f"its {name} is no plain sequence of ordinary names")
        elif method:
            self.refuse(node, "dunder-method", f"it defines {name}, a special method that is not on the list")
        elif scope != "module" or name not in names.MODULE_NAMES:
            self.refuse(node, "dunder-name", f"it binds {name}, a special name that is not on the list")

    def visit_Name(self, node: ast.Name) -> Any:
        name = node.id
        if name in names.DENIED_BUILTINS and name not in self.found.bound:
            self.refuse(node, "builtin", f"it uses {name}, which no program may")
        elif not isinstance(node.ctx, ast.Load):
            self.check_name(node, name)
        elif name in names.GUARDS:
            self.refuse(node, "reserved-name", f"it uses {name}, a name of the guards")
        elif names.is_dunder(name) and name not in self.readable_names():
            self.refuse(node, "dunder-name", f"it reads {name}, a special name that is not on the list")
        return node

    def readable_names(self) -> frozenset[str]:
        return names.READ_NAMES | names.CLASS_NAMES if self.scopes[-1] == "class" else names.READ_NAMES

    def visit_names(self, node: Any) -> Any:
        """Nodes that bind names as plain text."""
        for name in (*getattr(node, "names", ()), getattr(node, "name", None), getattr(node, "rest", None)):
            if isinstance(name, str):
                self.check_name(node, name)
        return self.node_contents_visit(node)

    # attributes

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        load = isinstance(node.ctx, ast.Load)
        self.check_attribute(node, node.attr, store=not load)
        if load and (module := self.find_module(node.value)):
            self.check_member(node, module, node.attr)
        return self.node_contents_visit(node)

    def check_attribute(self, node: Any, name: str, *, store: bool = False) -> None:
        if problem := names.find_problem(name, store=store):
            self.refuse(node, *problem)
        elif not store and names.is_private(name) and name not in self.found.private:
            self.refuse(node, "private-attribute", f"it reads {name}, which it never defines")

    def find_module(self, node: ast.expr) -> str:
        """The module that an expression names, "" unless only imports can have bound it."""
        if isinstance(node, ast.Name):
            module, member = self.found.imports.get(node.id, ("", ""))
            return "" if member else module
        if isinstance(node, ast.Attribute):
            outer = self.find_module(node.value)
            if node.attr in self.policy.parts(outer):
                return f"{outer}.{node.attr}"
        return ""

    def check_member(self, node: Any, module: str, name: str) -> None:
        if name != "__name__" and self.policy.knows(module) and not self.policy.allows(module, name):
            sentence = f"it uses {module}.{name}, which is not on the list of {module}"
            self.refuse(node, "module-attribute", sentence)

    # imports

    def visit_Import(self, node: ast.Import) -> Any:
        for alias in node.names:
            self.check_name(node, alias.asname or alias.name.partition(".")[0])
            if not self.policy.knows(alias.name):
                self.refuse(node, "import", f"it imports {alias.name}, which is not on the lists")
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        module = node.module or ""
        if node.level:
            self.refuse(node, "relative-import", f"it imports from {'.' * node.level}{module}")
        elif module == "__future__":
            for alias in node.names:
                if alias.name not in FUTURE:
                    self.refuse(node, "import", f"it imports {alias.name} from __future__")
        elif not self.policy.knows(module):
            self.refuse(node, "import", f"it imports from {module}, which is not on the lists")
        else:
            for alias in node.names:
                self.check_alias(node, module, alias)
        return node

    def check_alias(self, node: ast.ImportFrom, module: str, alias: ast.alias) -> None:
        if alias.name != "*":
            self.check_name(node, alias.asname or alias.name)
            self.check_member(node, module, alias.name)
        elif missing := left_out(self.policy, module):
            sentence = f"it imports all of {module}, and {min(missing)} is not on its list"
            self.refuse(node, "star-import", sentence)

    # functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self.check_name(node, node.name, allow_magic_methods=True)
        self.check_function_argument_names(node)
        self.check_annotation(node.returns)
        return self.visit_inside(node, "function")

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        self.check_function_argument_names(node)
        return self.visit_inside(node, "function")

    def visit_inside(self, node: ast.AST, scope: str) -> Any:
        self.scopes.append(scope)
        self.node_contents_visit(node)
        self.scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self.check_name(node, node.name)
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id == "type":
                self.refuse(base, "metaclass", f"class {node.name} is a metaclass")
            if isinstance(base, ast.Starred):
                self.refuse(base, "metaclass", f"class {node.name} has bases that only show when it runs")
        for keyword in node.keywords:
            if keyword.arg is None:
                self.refuse(node, "metaclass", f"class {node.name} has keywords that only show when it runs")
            if keyword.arg == "metaclass" and not self.is_abstract(keyword.value):
                self.refuse(keyword.value, "metaclass", f"class {node.name} has a metaclass besides ABCMeta")
        return self.visit_inside(node, "class")

    def is_abstract(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return self.found.imports.get(node.id) == ("abc", "ABCMeta")
        return isinstance(node, ast.Attribute) and (self.find_module(node.value), node.attr) == (
            "abc",
            "ABCMeta",
        )

    def visit_Assign(self, node: ast.Assign) -> Any:
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in _FIELDS and is_plain(node.value):
                self.checked.add(target)
        return self.node_contents_visit(node)

    # annotations and text

    def visit_arg(self, node: ast.arg) -> Any:
        self.check_annotation(node.annotation)
        return self.node_contents_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        self.check_annotation(node.annotation)
        if self.scopes[-1] == "class" and isinstance(node.target, ast.Name):
            # A dataclass makes it a `__match_args__`, and so an attribute that a pattern reads.
            self.check_attribute(node.target, node.target.id, store=True)
        return self.node_contents_visit(node)

    def check_annotation(self, node: ast.expr | None) -> None:
        if node is not None and (problem := typetext.find_problem(node)):
            self.refuse(node, *problem)

    def visit_Constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, str) and "__" in node.value and (match := _DANGEROUS.search(node.value)):
            self.refuse(node, "dunder-string", f"a string holds {match.group()}")
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        if isinstance(node.value, ast.Constant):
            return node  # a docstring may say anything
        return self.node_contents_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        match node.func:
            case ast.Attribute(value=ast.Constant(value=str(text)), attr="format" | "format_map"):
                if name := formatting.find_problem(text):
                    self.refuse(node, "format-string", f"a format string reads {name}")
            case ast.Name(id="vars" | "dir" as name) if not node.args and name not in self.found.bound:
                self.refuse(node, "builtin", f"it calls {name}() without an argument, which lists its frame")
        return self.node_contents_visit(node)

    # patterns and comprehensions

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        for name in node.kwd_attrs:
            self.check_attribute(node, name)
            if name in names.GUARDED:
                self.refuse(node, "pattern-attribute", f"a class pattern reads {name}, past its guard")
        return self.node_contents_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        if node.is_async:
            self.refuse(node.target, "async", "it uses an asynchronous comprehension")
        return self.node_contents_visit(node)

    def visit_plain(self, node: ast.AST) -> Any:
        """Nothing to check in the node itself."""
        return self.node_contents_visit(node)

    def visit_leaf(self, node: ast.AST) -> Any:
        """Nothing to check, and nothing inside."""
        return node


def is_plain(node: ast.expr) -> bool:
    """Whether a value of `__slots__` or `__match_args__` is ordinary names, written out."""
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if len(texts) != len(items):
        return False
    return all(names.may_be_field(text) for text in texts)


PLAIN = (
    "Module", "For", "AugAssign", "Subscript", "With", "NamedExpr", "ListComp", "SetComp", "DictComp",
    "GeneratorExp", "Match", "match_case", "MatchValue", "MatchSingleton", "MatchSequence", "MatchOr",
    "TypeAlias",
)  # fmt: skip
"""Nodes that the library rewrites or refuses, and that the policy admits as they stand."""

BINDING = (
    "Global",
    "Nonlocal",
    "MatchAs",
    "MatchStar",
    "MatchMapping",
    "TypeVar",
    "ParamSpec",
    "TypeVarTuple",
)
"""Nodes that bind names as plain text."""

LEAVES = ("Load", "Store", "Del", "Pass", "Break", "Continue")

for _method, _kinds in (("plain", PLAIN), ("names", BINDING), ("leaf", LEAVES)):
    for _kind in _kinds:
        setattr(Checker, f"visit_{_kind}", getattr(Checker, f"visit_{_method}"))
