"""The static half of the policy: looks at every node of a program and says what it refuses.

It is RestrictedPython's transformer, used as a visitor that changes nothing: its `generic_visit`
refuses any node it has no method for, so syntax of a later Python is refused until somebody has
looked at it, and its visits of functions, classes, imports and handlers lead to `check_name`.
What that library refuses or rewrites beyond our need (augmented assignment, `_x` names, print,
iteration, subscripts) is overridden here.
"""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import names
from pyx.sandbox.lists import FUTURE, Policy, left_out
from pyx.sandbox.refusals import Refusal
from pyx.sandbox.survey import Survey, survey

_DANGEROUS = re.compile("|".join(sorted(names.DANGEROUS)))
_FORMAT = re.compile(r"[.\[]([^.\[\]]*)")
_TYPE_NODES = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.List,
    ast.Constant, ast.Starred, ast.expr_context,
)  # fmt: skip


class Checker(RestrictingNodeTransformer):  # type: ignore[misc]
    """Gathers the refusals of one module; the tree stays as it is."""

    def __init__(self, policy: Policy, found: Survey) -> None:
        super().__init__()
        self.policy = policy
        self.found = found
        self.refusals: list[Refusal] = []
        self.scopes = ["module"]
        self.literal: set[ast.expr] = set()  # `__slots__` and `__match_args__` that were checked

    def refuse(self, node: Any, code: str, sentence: str) -> None:
        self.refusals.append(Refusal(code, getattr(node, "lineno", 1), getattr(node, "col_offset", 0), sentence))

    # RestrictedPython's own words

    def error(self, node: ast.AST, info: str) -> None:
        self.refuse(node, "syntax", f"it has what RestrictedPython does not allow: {info}")

    def warn(self, node: ast.AST, info: str) -> None:
        """Warnings are about printing, which stays as it is."""

    def not_allowed(self, node: ast.AST) -> None:
        kind = type(node).__name__
        if kind.startswith("Async") or kind == "Await":
            self.refuse(node, "async", f"it uses {kind}: only plain functions and generators are run")
        elif kind == "TryStar":
            self.refuse(node, "except-star", "it uses except*, which hands out objects unchecked")
        else:
            self.refuse(node, "syntax", f"it uses {kind}, which the policy does not know")
        self.node_contents_visit(node)

    def check_name(self, node: Any, name: str | None, allow_magic_methods: bool = False) -> None:
        """A name that is bound, in whatever way."""
        if name is None:
            return
        if name in names.GUARDS:
            self.refuse(node, "reserved-name", f"it binds {name}, a name that the guards use")
        elif names.is_dunder(name):
            self.check_special(node, name, method=allow_magic_methods)

    def check_special(self, node: Any, name: str, *, method: bool = False) -> None:
        if self.scopes[-1] == "class" and name in (names.METHODS if method else names.CLASS_NAMES):
            if name in ("__slots__", "__match_args__") and node not in self.literal:
                self.refuse_fields(node, name)
        elif method:
            self.refuse(node, "dunder-method", f"it defines {name}, a special method that is not on the list")
        elif self.scopes[-1] != "module" or name not in names.MODULE_NAMES:
            self.refuse(node, "dunder-name", f"it binds {name}, a special name that is not on the list")

    # names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = node.id
        if not isinstance(node.ctx, ast.Load):
            self.check_name(node, name)
        elif name in names.GUARDS:
            self.refuse(node, "reserved-name", f"it uses {name}, a name that the guards use")
        elif names.is_dunder(name):
            known = names.CLASS_NAMES if self.scopes[-1] == "class" else names.READ_NAMES
            if name not in known | names.READ_NAMES and name != "__import__":
                self.refuse(node, "dunder-name", f"it reads {name}, a special name that is not on the list")
        if name in names.DENIED_BUILTINS and name not in self.found.bound:
            self.refuse(node, "builtin", f"it uses {name}, which no program may")
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        for name in node.names:
            self.check_name(node, name)
        return node

    visit_Nonlocal = visit_Global

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.check_attribute(node, node.attr, store=not isinstance(node.ctx, ast.Load))
        module = self.find_module(node.value)
        if module is not None and isinstance(node.ctx, ast.Load):
            self.check_member(node, module, node.attr)
        return self.node_contents_visit(node)

    def check_attribute(self, node: Any, name: str, *, store: bool = False) -> None:
        problem = names.find_problem(name, store=store)
        if problem:
            self.refuse(node, *problem)
        elif name.startswith("_") and not names.is_dunder(name) and name not in names.PRIVATE:
            if name not in self.found.private and not store:
                self.refuse(node, "private-attribute", f"it reads {name}, which it never defines")

    def find_module(self, node: ast.expr) -> str | None:
        """The module that an expression names, when it is only ever bound by an import."""
        if isinstance(node, ast.Name):
            return self.found.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            outer = self.find_module(node.value)
            if outer is not None and node.attr in self.policy.parts(outer):
                return f"{outer}.{node.attr}"
        return None

    def check_member(self, node: Any, module: str, name: str) -> None:
        if self.policy.knows(module) and not self.policy.allows(module, name) and name != "__name__":
            self.refuse(node, "module-attribute", f"it uses {module}.{name}, which is not on the list of {module}")

    # imports

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for alias in node.names:
            self.check_name(node, alias.asname or alias.name.partition(".")[0])
            if not self.policy.knows(alias.name):
                self.refuse(node, "import", f"it imports {alias.name}, which is not on the lists")
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
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
            self.check_imported(node, module)
        return node

    def check_imported(self, node: ast.ImportFrom, module: str) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.check_name(node, alias.asname or alias.name)
                self.check_member(node, module, alias.name)
            elif missing := sorted(left_out(self.policy, module)):
                self.refuse(node, "star-import", f"it imports all of {module}; {missing[0]} is not on its list")

    # functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.check_name(node, node.name, allow_magic_methods=True)
        self.check_function_argument_names(node)
        return self.visit_scope(node, "function")

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.check_function_argument_names(node)
        return self.visit_scope(node, "function")

    def visit_scope(self, node: Any, kind: str) -> ast.AST:
        self.scopes.append(kind)
        self.node_contents_visit(node)
        self.scopes.pop()
        return node  # type: ignore[no-any-return]

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self.check_annotation(node.annotation)
        return self.node_contents_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.check_name(node, node.name)
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id == "type":
                self.refuse(base, "metaclass", f"class {node.name} is a metaclass")
            elif isinstance(base, ast.Starred):
                self.refuse(base, "metaclass", f"class {node.name} has bases that only show when it runs")
        for keyword in node.keywords:
            self.check_keyword(node, keyword)
        return self.visit_scope(node, "class")

    def check_keyword(self, node: ast.ClassDef, keyword: ast.keyword) -> None:
        value = keyword.value
        if keyword.arg is None:
            self.refuse(value, "metaclass", f"class {node.name} has keywords that only show when it runs")
        if keyword.arg == "metaclass" and not self.is_abc(value):
            self.refuse(value, "metaclass", f"class {node.name} has a metaclass other than ABCMeta")

    def is_abc(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return self.found.members.get(node.id) == ("abc", "ABCMeta")
        return isinstance(node, ast.Attribute) and node.attr == "ABCMeta" and self.find_module(node.value) == "abc"

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in ("__slots__", "__match_args__"):
                self.check_fields(target, node.value)
        return self.node_contents_visit(node)

    def check_fields(self, target: ast.Name, value: ast.expr) -> None:
        """`__slots__` and `__match_args__` become attributes: they must be names one can read here."""
        items = [value]
        if isinstance(value, (ast.Tuple, ast.List)):
            items = value.elts
        elif target.id == "__match_args__":
            return
        for item in items:
            if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
                return
            if names.find_problem(item.value) or item.value in names.GUARDED:
                return
        self.literal.add(target)

    def refuse_fields(self, node: Any, name: str) -> None:
        code = "slots" if name == "__slots__" else "match-args"
        self.refuse(node, code, f"its {name} is not a plain sequence of ordinary names")

    # annotations

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.check_annotation(node.annotation)
        return self.node_contents_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        return self.node_contents_visit(node)

    def check_annotation(self, node: ast.expr | None) -> None:
        """Text inside an annotation can be evaluated by the standard library: it must be a type."""
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self.check_type_text(part)

    def check_type_text(self, node: ast.Constant) -> None:
        try:
            tree = ast.parse(str(node.value).strip(), mode="eval")
        except (SyntaxError, ValueError):
            return  # prose: nothing can evaluate it
        for part in ast.walk(tree):
            if not isinstance(part, _TYPE_NODES):
                self.refuse(node, "annotation", f"an annotation in quotes holds {type(part).__name__}: no type")
                return
            if isinstance(part, ast.Attribute):
                self.check_attribute(node, part.attr)
            if isinstance(part, ast.Name) and names.is_dunder(part.id):
                self.refuse(node, "annotation", f"an annotation in quotes names {part.id}")

    # text

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and "__" in node.value and (match := _DANGEROUS.search(node.value)):
            self.refuse(node, "dunder-string", f"a string holds {match.group()}")
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            return node  # a docstring may say anything
        return self.node_contents_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in ("format", "format_map"):
            if isinstance(func.value, ast.Constant) and isinstance(func.value.value, str):
                self.check_format(func, func.value.value)
        if isinstance(func, ast.Name) and func.id in ("vars", "dir") and func.id not in self.found.bound:
            if not node.args:
                self.refuse(node, "builtin", f"it calls {func.id}() without an argument, which lists its frame")
        return self.node_contents_visit(node)

    def check_format(self, node: ast.expr, text: str) -> None:
        for name in find_fields(text):
            if names.find_problem(name) or name in names.GUARDED or name.startswith("_"):
                self.refuse(node, "format-string", f"a format string reads {name}")

    # patterns

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        for name in node.kwd_attrs:
            self.check_attribute(node, name)
            if name in names.GUARDED:
                self.refuse(node, "pattern-attribute", f"a class pattern reads {name} past the guard")
        return self.node_contents_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        self.check_name(node, node.rest)
        return self.node_contents_visit(node)

    def visit_TypeVar(self, node: Any) -> ast.AST:
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    visit_ParamSpec = visit_TypeVar
    visit_TypeVarTuple = visit_TypeVar

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        if node.is_async:
            self.refuse(node.target, "async", "it uses an asynchronous comprehension")
        return self.node_contents_visit(node)

    def visit_Load(self, node: ast.AST) -> ast.AST:
        return node

    visit_Store = visit_Del = visit_Load

    def node_contents_visit(self, node: Any) -> Any:
        """Visit what a node holds, without rebuilding it."""
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)
        return node


def _plain(self: Checker, node: ast.AST) -> ast.AST:
    """Nothing to check in the node itself."""
    return self.node_contents_visit(node)  # type: ignore[no-any-return]


# What the library rewrites or refuses and the policy admits as it stands.
for _kind in (
    "Module", "For", "AugAssign", "Subscript", "With", "NamedExpr", "ListComp", "SetComp", "DictComp",
    "GeneratorExp", "ExceptHandler_body", "Match", "match_case", "MatchValue", "MatchSingleton",
    "MatchSequence", "MatchOr", "TypeAlias", "Slice",
):  # fmt: skip
    setattr(Checker, f"visit_{_kind}", _plain)


def find_fields(text: str) -> list[str]:
    """The attribute and item names that a format string reads; none where it is malformed."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return []
    fields: list[str] = []
    for _, name, spec, _ in parts:
        if name:
            fields += [part.group(1) for part in re.finditer(r"\.([^.\[]*)", name)]
        if spec and "{" in spec:
            fields += find_fields(spec)
    return fields


def check_tree(tree: ast.Module, policy: Policy) -> list[Refusal]:
    """Every refusal of a module, in the order of its lines."""
    try:
        checker = Checker(policy, survey(tree))
        checker.visit(tree)
    except (RecursionError, MemoryError):
        return [Refusal("too-deep", 1, 0, "it is nested too deeply to be looked at")]
    return sorted(set(checker.refusals), key=lambda refusal: (refusal.line, refusal.column, refusal.code))
