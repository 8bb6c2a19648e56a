"""One program in its world: compiled, run as a module, called, and what came of it described."""

from __future__ import annotations

import ast
import builtins
import gc
import importlib
import io
import signal
import sys
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyx import literals
from pyx.sandbox import refusals, values
from pyx.trace import statements

if TYPE_CHECKING:
    from pyx.sandbox import policy
    from pyx.trace import events, plans, recorder, survey

FILE, MODULE = refusals.FILENAME, refusals.PROGRAM

_REFUSED_BY_KERNEL = (1, 13)  # EPERM, EACCES
_NO_MEMORY = 12  # ENOMEM
_LOOK_AROUND = ("dir", "eval", "exec", "globals", "locals", "super", "vars")
"""Built-ins that look at the frame which calls them: called from ours, they would find our names."""

_stdout = sys.stdout
_settrace, _setprofile = sys.settrace, sys.setprofile


def equip() -> None:
    """Load the policy and the recorder, which a lean zygote does without: it forks faster."""
    global policy, events, plans, recorder, survey
    from pyx.sandbox import facades, policy
    from pyx.trace import events, looks, plans, recorder, survey

    if sys.version_info >= (3, 12):
        importlib.import_module("pyx.trace.monitoring")  # the recorder asks for it when it begins
    looks.find_rules()
    looks.MODULES.add(facades.Facade)
    policy.preload()


_SAMPLE = {
    "code": "def f(x, y=2):\n    return {'a': [x, (y, None)], 'b': 'text'}\n", "call": "f(1, y=3)",
    "parts": "(f, ((1), ), {'y': (3), })", "setup": "", "entry": "f", "policy": False, "mode": "run",
    "value_chars": 1000, "budgets": {}, "foresee": False,
}  # fmt: skip


def warm_up(*, lean: bool) -> None:
    """Do here, some times over, what every child does: it then neither repeats nor copies that.

    The interpreter rewrites code that it has run a few times, and memory written to in a child is
    memory copied for it.
    """
    jobs = [_SAMPLE] if lean else [_SAMPLE, _SAMPLE | {"policy": True}, _SAMPLE | {"mode": "record"}]
    for job in jobs:
        for _ in range(40):
            reply = attempt(job)
            assert reply["status"] == "ok", reply
    del sys.modules[MODULE]
    gc.enable()


class Refused(Exception):
    """The policy turns the program away; `args[0]` is the list of its reasons."""


def attempt(job: dict[str, Any]) -> dict[str, Any]:
    where = "program"
    try:
        guest = Guest(job)
        guest.define()
        where = "setup"
        guest.prepare()
        where = "call"
        reply = guest.answer()
    except MemoryError:
        raise
    except BaseException as error:
        take_over()
        reply = describe(error) | {"where": where}
    # A program may catch what a guard raised, but not make it undone.
    caught = refusals.found() if reply["status"] != "refused" else ()
    return _refuse(caught) | {"where": where} if caught else reply


def take_over() -> None:
    """Undo what a program may have left to run in, or get in the way of, what comes after it."""
    _settrace(None)
    _setprofile(None)
    _set_recursion_limit(1000)
    _set_digits(sys.int_info.default_max_str_digits)
    _disable_gc()
    for tool in range(_TOOLS):
        if _find_tool(tool) is not None:
            _listen_for(tool, 0)
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        _set_timer(timer, 0)


_TOOLS = 6 if sys.version_info >= (3, 12) else 0
_find_tool: Any = getattr(getattr(sys, "monitoring", None), "get_tool", None)
_listen_for: Any = getattr(getattr(sys, "monitoring", None), "set_events", None)
_set_recursion_limit, _disable_gc, _set_timer = sys.setrecursionlimit, gc.disable, signal.setitimer
_set_digits = sys.set_int_max_str_digits
_read_exit_code = SystemExit.__dict__["code"].__get__  # a subclass may have another `code`


def describe(error: BaseException) -> dict[str, Any]:
    """The reply that says how a program failed."""
    if type(error) is Refused:
        return _refuse(error.args[0])
    if type(error) is refusals.Refused:
        return _refuse([error.refusal])
    if type(error) is values.TooMuch:
        return {"status": "output_limit", "message": error.args[0]}
    if issubclass(type(error), SystemExit):
        return {"status": "exit", "message": _write_briefly(_read_exit_code(error))}
    if type(error) is OSError and error.errno == _NO_MEMORY:
        return {"status": "memory", "message": "out of memory"}
    denied = type(error) is PermissionError and error.errno in _REFUSED_BY_KERNEL
    status = "denied" if denied else "error"
    return {"status": status, "exception": literals.type_name(type(error)), "message": _message(error)}


def _refuse(reasons: Sequence[refusals.Refusal]) -> dict[str, Any]:
    rows = [[one.code, one.line, one.column, one.sentence] for one in reasons]
    return {"status": "refused", "refusals": rows, "message": reasons[0].sentence}


def _write_briefly(value: object) -> str:
    try:
        return literals.write(value, limit=1000)
    except OverflowError:
        return f"<opaque {literals.type_name(type(value))}>"


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except MemoryError:
        raise
    except BaseException:  # its __str__ is the program's own, and may do anything
        return ""
    return text[:2000] if type(text) is str else ""


class Printed:
    """Printing kept in memory for as long as a call is recorded, so that each step can have its own."""

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        sys.stdout = self._buffer
        self._given = 0

    def read(self) -> str:
        """What was printed since this was last asked."""
        if self._buffer.tell() == self._given:
            return ""
        text = self._buffer.getvalue()[self._given :]
        self._given += len(text)
        return text

    def release(self) -> None:
        """Print to the descriptor again, beginning with what was kept."""
        sys.stdout = _stdout
        _stdout.write(self._buffer.getvalue())


class Guest:
    """One program in its world: compiled, its module, and the names its call sees."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.policy = bool(job["policy"])
        if isinstance(job["policy"], dict):
            policy.use(policy.choose(job["policy"]))
        self.module = types.ModuleType(MODULE)
        self.module.__dict__["__builtins__"] = builtins  # not the private copy that we have here
        self.rows: list[Any] = []
        self.outside: dict[str, Any] = {}
        self.limit: int = job["value_chars"]
        self.direct = False  # whether the call is a plain one of the entry by its name

    def define(self) -> None:
        """Compile the program and run it as a module."""
        self.code = self._compile_program()
        sys.modules[MODULE] = self.module
        if self.policy:
            self.module.__dict__.update(policy.namespace())
        self.module.__dict__["__name__"] = MODULE
        if self.job["mode"] != "record" or self.job["call"]:  # else running the module is what is recorded
            exec(self.code, self.module.__dict__)

    def _compile_program(self) -> types.CodeType:
        if not self.policy and self.job["mode"] != "record":
            return _compile(self.job["code"])  # no tree is needed, and its making is half the cost
        tree = self._admit(self.job["code"])
        self.rows = statements.number(tree)
        if self.job["mode"] == "record":
            effects = plans.find_effects() if self.job["foresee"] else None
            self.plans = plans.find_plans(tree, effects)
        return _compile(self._rewrite(tree))

    def _admit(self, text: str) -> ast.Module:
        tree = ast.parse(text, FILE)
        found = policy.check(tree) if self.policy else []
        if found:
            raise Refused(found)
        return tree

    def _rewrite(self, tree: ast.Module) -> ast.Module:
        return policy.rewrite(tree) if self.policy else tree

    def prepare(self) -> None:
        """Run the setup in a world of its own, which starts with all names of the program."""
        self.outside = dict(self.module.__dict__)
        if self.job["setup"]:
            exec(_compile(self._rewrite(self._admit(self.job["setup"]))), self.outside)

    def answer(self) -> dict[str, Any]:
        """Make the call and describe what came of it."""
        if not self.job["call"]:
            work = (self.code, self.module.__dict__)
            return self._record(exec, work, {}) if self.job["mode"] == "record" else {"status": "ok"}
        if self.job["mode"] == "calls":
            return self._list_calls()
        function, args, kwargs = self._resolve()
        given = values.bind(function, args, kwargs) if self.direct else {}
        before = values.write_arguments(given, self.limit)
        watch = self._record if self.job["mode"] == "record" else self._run
        try:
            reply = watch(function, args, kwargs)
        except MemoryError:
            raise
        except BaseException as error:
            take_over()
            reply = describe(error) | {"where": "call"}
        after = values.write_arguments(given, self.limit)
        reply["changed"] = [name for name in given if after[name] != before[name]]
        return reply | {"args": values.join_arguments(before)}

    def _read_call(self) -> ast.expr:
        tree = self._rewrite(self._admit(self.job["call"].lstrip(" \t")))  # as `eval` does
        match tree.body:
            case [ast.Expr(value=value)]:
                return value
        raise SyntaxError(f"the call is not one expression: {self.job['call'][:60]!r}")

    def _evaluate(self, node: ast.expr, *new: ast.expr) -> Any:
        for made in new:
            ast.copy_location(made, node)
        tree = ast.Expression(new[-1] if new else node)
        return eval(compile(tree, "<call>", "eval", dont_inherit=True), self.outside)

    def _resolve(self) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        """What to call with which arguments: the function itself where the call is a plain one of a name."""
        parts = self.job["parts"]
        self.direct = bool(parts) and self._is_plain(parts[1 : parts.index(",")])
        if self.policy or not self.direct:
            return self._resolve_tree(self._read_call())
        code = compile(parts, "<call>", "eval", dont_inherit=True)
        found: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] = eval(code, self.outside)
        return found

    def _is_plain(self, name: str) -> bool:
        """Whether a call of that name is one of the entry that may be made from here."""
        return self.job["entry"] in ("", name) and (name not in _LOOK_AROUND or name in self.outside)

    def _resolve_tree(self, call: ast.expr) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        match call:
            case ast.Call(func=ast.Name(id=name) as function, args=args, keywords=words):
                self.direct = self._is_plain(name) and all(word.arg for word in words)
        if not self.direct:
            return lambda: self._evaluate(call), (), {}
        keys: list[ast.expr | None] = [ast.copy_location(ast.Constant(word.arg), call) for word in words]
        parts = [ast.Tuple(args, ast.Load()), ast.Dict(keys, [word.value for word in words])]
        found: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
        found = self._evaluate(call, *parts, ast.Tuple([function, *parts], ast.Load()))
        return found

    def _run(self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        after: Any = take_over
        # One expression: a tracer that the program left behind could change a variable of this
        # frame between two lines, but not what stands on the stack.
        kind, value = values.materialise(
            (work(*args, **kwargs), _settrace(None), _setprofile(None), after())[0]
        )
        take_over()
        return {"status": "ok", "value": values.write_value(value, self.limit), "type": kind}

    def _record(
        self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:

        kind = ""

        def finish(value: Any) -> Any:
            nonlocal kind
            kind, value = values.materialise(value)
            return value

        printed = Printed()
        recording = recorder.record_call(
            work, args, kwargs, survey=survey.survey_program(self.code, self.rows, self.plans),
            namespace=self.module.__dict__,
            budgets=events.Budgets(**self.job["budgets"]), read_output=printed.read, finish=finish,
        )  # fmt: skip
        take_over()
        printed.release()
        payload = {
            "statements": self.rows, "events": recording.events, "final": recording.final,
            "truncated": recording.truncated, "ended": recording.ended,
        }  # fmt: skip
        if recording.exception is not None:
            return describe(recording.exception) | {"where": "call", "payload": payload}
        text = values.write_value(recording.value, self.limit)
        return {"status": "ok", "value": text, "type": kind, "payload": payload}

    def _list_calls(self) -> dict[str, Any]:
        """Run the call, which may be statements here, and note each call of the entry that it makes."""
        code = _compile(self._rewrite(self._admit(self.job["call"])))
        seen: list[dict[str, Any]] = []
        entry = self.job["entry"]
        self.outside[entry] = _listen(self.outside[entry], seen, self.limit)
        reply = self._run(lambda: exec(code, self.outside), (), {})
        return reply | {"payload": seen}


def _compile(source: ast.Module | str) -> types.CodeType:
    code: types.CodeType = compile(source, FILE, "exec", dont_inherit=True)
    return code


def _listen(function: Callable[..., Any], seen: list[dict[str, Any]], limit: int) -> Callable[..., Any]:
    """The function, noting each call: its arguments before, and what came of it."""

    def listen(*args: Any, **kwargs: Any) -> Any:
        row: dict[str, Any] = {
            "args": [values.write_value(arg, limit) for arg in args],
            "kwargs": {name: values.write_value(value, limit) for name, value in kwargs.items()},
        }
        seen.append(row)
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            row |= describe(error)
            raise
        row |= {
            "status": "ok",
            "value": values.write_value(value, limit),
            "type": literals.type_name(type(value)),
        }
        return value

    return listen
