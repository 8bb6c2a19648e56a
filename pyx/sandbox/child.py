"""The guest: a forked child that compiles one program, runs it, writes down what happened, ends.

It answers with one frame on a private descriptor: length, nonce, JSON. Values are written by
`pyx.literals`, which runs no code of theirs. Whatever the program does, it can spoil only this
one answer, and the zygote and the caller look at it as at any stranger's data.
"""

from __future__ import annotations

import ast
import builtins
import gc
import inspect
import io
import itertools
import json
import os
import signal
import struct
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from pyx import literals
from pyx.sandbox import limits, policy, refusals
from pyx.sandbox.limits import DONE, UNSENT
from pyx.trace import events, recorder, statements

FILE, MODULE = refusals.FILENAME, refusals.PROGRAM
MOST_ITEMS = 1000
"""Items of a returned iterator that are written."""

_write, _exit = os.write, os._exit
_encode: Any = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True
)
_decode = json.loads
_HEAD = struct.Struct(">I")
_REFUSED_BY_KERNEL = (1, 13)  # EPERM, EACCES


class Refused(Exception):
    """The policy turns the program away; `args[0]` is the list of its reasons."""


class TooMuch(Exception):
    """The program returned more than may be written down."""


def live(request: bytes, nonce: bytes) -> NoReturn:
    """Do the job and answer; the process ends here."""
    reserve = bytes(16 << 20)  # untouched pages: room to answer in when memory has run out
    try:
        reply = _attempt(_decode(request))
    except MemoryError:
        del reserve
        take_over()
        reply = {"status": "memory", "message": "out of memory"}
    _flush()
    try:
        body = nonce + "".join(_encode(reply, 0)).encode()
        _send(_HEAD.pack(len(body)) + body)
    except BaseException:
        _exit(UNSENT)
    _exit(DONE)


def take_over() -> None:
    """Undo what a program may have left to run in, or get in the way of, what comes after it."""
    _settrace(None)
    _setprofile(None)
    _set_recursion_limit(1000)
    _disable_gc()
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        _set_timer(timer, 0)


_settrace, _setprofile, _set_recursion_limit = sys.settrace, sys.setprofile, sys.setrecursionlimit
_disable_gc, _set_timer = gc.disable, signal.setitimer


def _send(data: bytes) -> None:
    while data:
        data = data[_write(limits.REPLY, data) :]


_stdout = sys.stdout


def _flush() -> None:
    """What was printed but not yet written belongs to the output; a closed stream has none."""
    try:
        _stdout.flush()
    except (OSError, ValueError):
        return


def _attempt(job: dict[str, Any]) -> dict[str, Any]:
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


def describe(error: BaseException) -> dict[str, Any]:
    """The reply that says how a program failed."""
    if type(error) is Refused:
        return _refuse(error.args[0])
    if type(error) is refusals.Refused:
        return _refuse([error.refusal])
    if type(error) is TooMuch:
        return {"status": "output_limit", "message": error.args[0]}
    if type(error) is SystemExit:
        return {"status": "exit", "message": literals.write(error.code, limit=1000)}
    denied = type(error) is PermissionError and error.errno in _REFUSED_BY_KERNEL
    status = "denied" if denied else "error"
    return {"status": status, "exception": literals.type_name(type(error)), "message": _message(error)}


def _refuse(reasons: Sequence[refusals.Refusal]) -> dict[str, Any]:
    rows = [[one.code, one.line, one.column, one.sentence] for one in reasons]
    return {"status": "refused", "refusals": rows, "message": reasons[0].sentence}


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
        self.module = types.ModuleType(MODULE)
        self.module.__dict__["__builtins__"] = builtins  # not the private copy that we have here
        self.rows: list[Any] = []
        self.outside: dict[str, Any] = {}

    def define(self) -> None:
        """Compile the program and run it as a module."""
        tree = self._admit(self.job["code"])
        if self.policy or self.job["mode"] == "record":
            self.rows = statements.number(tree)
        self.code = self._compile(tree)
        sys.modules[MODULE] = self.module
        if self.policy:
            self.module.__dict__.update(policy.namespace())
        self.module.__dict__["__name__"] = MODULE
        exec(self.code, self.module.__dict__)

    def _admit(self, text: str) -> ast.Module:
        tree = ast.parse(text, FILE)
        if not self.policy:
            return tree

        found = policy.check(tree)
        if found:
            raise Refused(found)
        return tree

    def _compile(self, tree: ast.Module) -> types.CodeType:
        code: types.CodeType = compile(self._rewrite(tree), FILE, "exec", dont_inherit=True)
        return code

    def _rewrite(self, tree: ast.Module) -> ast.Module:
        if not self.policy:
            return tree

        return policy.rewrite(tree)

    def prepare(self) -> None:
        """Run the setup in a world of its own, which starts with all names of the program."""
        self.outside = dict(self.module.__dict__)
        if self.job["setup"]:
            exec(self._compile(self._admit(self.job["setup"])), self.outside)

    def answer(self) -> dict[str, Any]:
        """Make the call and describe what came of it."""
        if not self.job["call"]:
            return {"status": "ok"}
        if self.job["mode"] == "calls":
            return self._list_calls()
        call = self._read_call()
        function, args, kwargs = self._resolve(call)
        given = _bind(function, args, kwargs) if function else {}
        before = _texts(given, self.job["value_chars"])
        work = function or (lambda: self._evaluate(call))
        watch = self._record if self.job["mode"] == "record" else self._run
        reply = watch(work, args, kwargs)
        return reply | _compare(given, before, self.job["value_chars"])

    def _read_call(self) -> ast.expr:
        tree = self._rewrite(self._admit(self.job["call"]))
        match tree.body:
            case [ast.Expr(value=value)]:
                return value
        raise SyntaxError(f"the call is not one expression: {self.job['call'][:60]!r}")

    def _evaluate(self, node: ast.expr) -> Any:
        tree = ast.fix_missing_locations(ast.Expression(node))
        return eval(compile(tree, "<call>", "eval", dont_inherit=True), self.outside)

    def _resolve(self, call: ast.expr) -> tuple[Callable[..., Any] | None, tuple[Any, ...], dict[str, Any]]:
        """The function and the values of its arguments, where the call is a plain one of a name."""
        entry = self.job["entry"]
        match call:
            case ast.Call(func=ast.Name(id=name)) if entry in ("", name):
                if any(word.arg is None for word in call.keywords):
                    return None, (), {}
                keys: list[ast.expr | None] = [ast.Constant(word.arg) for word in call.keywords]
                values = [word.value for word in call.keywords]
                args = self._evaluate(ast.Tuple(call.args, ast.Load()))
                return self._evaluate(call.func), args, self._evaluate(ast.Dict(keys, values))
        return None, (), {}

    def _run(self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        # One expression: a tracer that the program left behind could change a variable of this
        # frame between two lines, but not what stands on the stack.
        kind, value = _materialise((work(*args, **kwargs), _settrace(None), _setprofile(None))[0])
        take_over()
        return {"status": "ok", "value": _text(value, self.job["value_chars"]), "type": kind}

    def _record(
        self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:

        kind = ""

        def finish(value: Any) -> Any:
            nonlocal kind
            kind, value = _materialise(value)
            return value

        printed = Printed()
        recording = recorder.record_call(
            work, args, kwargs, program=self.code, statements=self.rows, namespace=self.module.__dict__,
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
        text = _text(recording.value, self.job["value_chars"])
        return {"status": "ok", "value": text, "type": kind, "payload": payload}

    def _list_calls(self) -> dict[str, Any]:
        """Run the call, which may be statements here, and note each call of the entry that it makes."""
        code = self._compile(self._admit(self.job["call"]))
        seen: list[dict[str, Any]] = []
        entry = self.job["entry"]
        self.outside[entry] = _listen(self.outside[entry], seen, self.job["value_chars"])
        reply = self._run(lambda: exec(code, self.outside), (), {})
        return reply | {"payload": seen}


def _listen(function: Callable[..., Any], seen: list[dict[str, Any]], limit: int) -> Callable[..., Any]:
    """The function, noting each call: its arguments before, and what came of it."""

    def listen(*args: Any, **kwargs: Any) -> Any:
        row: dict[str, Any] = {
            "args": [_text(arg, limit) for arg in args],
            "kwargs": {name: _text(value, limit) for name, value in kwargs.items()},
        }
        seen.append(row)
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            row |= describe(error)
            raise
        row |= {"status": "ok", "value": _text(value, limit), "type": literals.type_name(type(value))}
        return value

    return listen


def _text(value: object, limit: int) -> str:
    try:
        return literals.write(value, limit=limit)
    except OverflowError as error:
        if error.args == ("too long",):
            raise TooMuch(f"a value of more than {limit} characters") from None
        return f"<opaque {literals.type_name(type(value))}>"


def _materialise(value: Any) -> tuple[str, Any]:
    """The type's name and the value; an iterator becomes the list of what it gives."""
    kind = type(value)
    name = literals.type_name(kind)
    if not (_defines(kind, "__next__") and _defines(kind, "__iter__")):
        return name, value
    items = (list(itertools.islice(value, MOST_ITEMS + 1)), _settrace(None), _setprofile(None))[0]
    if len(items) > MOST_ITEMS:
        raise TooMuch(f"an iterator of more than {MOST_ITEMS} items")
    return name, items


_bases = type.__dict__["__mro__"].__get__
_names = type.__dict__["__dict__"].__get__


def _defines(kind: type, name: str) -> bool:
    """Whether a class or one it inherits from defines the name; asks no metaclass."""
    return any(name in _names(base) for base in _bases(kind))


def _bind(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by parameter; none when the call does not fit, which calling it will tell."""
    try:
        return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        return {}


def _texts(given: dict[str, Any], limit: int) -> dict[str, str]:
    texts = {}
    for name, value in given.items():
        try:
            texts[name] = literals.write(value, limit=limit)
        except OverflowError:
            texts[name] = ""
    return texts


def _compare(given: dict[str, Any], before: dict[str, str], limit: int) -> dict[str, Any]:
    after = _texts(given, limit)
    inside = ", ".join(f"{name!r}: {text}" for name, text in before.items())
    literal = given and all(text and literals.is_literal(text) for text in before.values())
    return {
        "args": f"{{{inside}}}" if literal else "",
        "changed": [name for name in given if after[name] != before[name]],
    }
