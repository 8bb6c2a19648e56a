"""The reporter: turns what a listener says of frames into events.

It compares what it sees with what it saw, by identity; what it looks at is what the plans of the
statements say can have changed, or everything.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyx.trace import picture
from pyx.trace.events import GLOBALS, Budgets
from pyx.trace.foresight import Foresight
from pyx.trace.frames import FLEETING, MISSING, Active, find_owner
from pyx.trace.headroom import REACHED
from pyx.trace.heap import Heap, Value
from pyx.trace.looks import LARGE, PLAIN, SMALL, Rule, plain_name, read_message
from pyx.trace.module import Module
from pyx.trace.statements import find_loops
from pyx.trace.survey import Shape, Survey
from pyx.trace.touches import EVERYTHING, NOTHING, Plan

_NAMES_ONLY = Plan(binds=None, mixed=True, calls=True, still=False, quiet=False)


class Recorder:
    """Turns what a listener reports about frames into events."""

    def __init__(
        self,
        survey: Survey,
        namespace: Mapping[str, Any],
        *,
        blind: bool = False,
        budgets: Budgets,
        read_output: Callable[[], str] | None = None,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self.budgets = budgets
        self.limit = budgets.events  # none when recording has stopped
        self.read_output = read_output
        self.shapes, self.plans = survey.shapes, survey.plans
        name = namespace.get("__name__")
        self.heap = Heap(
            modules=frozenset((name,) if type(name) is str else ()),
            codes=survey.shapes,
            budgets=budgets,
            rules=rules,
            open_functions=survey.open_functions,
        )
        self.heap.find_owner = lambda name, cell: find_owner(self.stack, name, cell)
        self.heap.doubt = self._doubt
        if blind:
            self.heap.distrust("whatever there is")
        self.module = Module(survey, namespace, self.heap)
        self.watches = bool(survey.watched)
        self.foresight = Foresight(self.heap, namespace, survey.shapes)
        self.events: list[list[Any]] = []
        self.truncated = ""
        self.ended = False
        self.stack: list[Active] = []
        self.top: Active | None = None
        self.suspended: dict[types.FrameType, Active] = {}
        self.loops = find_loops(survey.rows) if budgets.repeats else []
        self.skipping: Active | None = None  # the frame that is not watched until it has left a loop
        self.skipped = -1  # that loop
        self.answer: dict[str, Any] = {}  # the entry frame's locals at its end, and what it returned
        self.count = 0
        self.entered = 0
        self.witness: Callable[[Recorder, Active], None] | None = None

    def begin(self) -> None:
        """Note the module's globals."""
        self._note_globals(())

    def end(self) -> str:
        """Note what changed last; gives the picture of the live state, for which no note of it is used."""
        if self.truncated:
            return ""
        self._note_globals(self.answer.values())
        return picture.draw_live(self.module.find_roots() | self.answer, self.heap)

    def stop(self, reason: str) -> None:
        """Stop recording, and say why."""
        self.truncated = self.truncated or reason
        self.limit = 0

    def fail(self, error: Exception) -> None:
        """Stop, and say so, when the recorder itself fails: else the program would see it."""
        deep = isinstance(error, RecursionError)
        self.stop(REACHED if deep else f"the recorder failed: {type(error).__name__}: {error}")

    # -- what a listener reports --------------------------------------------

    def enter(self, frame: types.FrameType, shape: Shape) -> None:
        """A frame of the program begins."""
        parent = self._flush()
        heap, number = self.heap, self.count
        if shape.own_statement:
            plan = EVERYTHING if heap.strange else NOTHING
        else:
            plan = EVERYTHING if heap.strange or self.plans[shape.statement].inner else _NAMES_ONLY
        active = Active(number, frame, shape, plan, careful=shape.careful or self.watches)
        active.loud = active.careful or plan is not NOTHING
        self.count = number + 1
        self.entered += 1
        self.stack.append(active)
        self.top = active
        extra = [shape.name, parent] if shape.how == "function" else [shape.name, parent, shape.how]
        if active.loud:
            self._sync("c", active, shape.home, extra, names=shape.names)
            return
        active.entered, active.changes = self.entered, heap.changes
        changed = active.read(shape.given, heap) if shape.given else {}
        if heap.waiting:
            heap.drain()
        self._add("c", number, shape.home, changed, heap.take() if heap.operations else [], extra)

    def line(self, active: Active, statement: int) -> Active | None:
        """A statement of the frame on top is about to run; None when that is no news.

        The same statement twice without another between is one that jumps within itself: a
        comprehension or an `and` on some interpreters. A frame's own first line is its def.
        """
        if statement == active.statement or statement == active.home:
            return None
        plan, heap = active.plan, self.heap
        if active.loud or heap.strange or (plan.steered and active.entered != self.entered):
            if active.thrown:
                self._begin_again(active)
            self._sync("l", active, statement)
            active.armed, active.everything, active.loud = [], False, active.careful
        elif plan.quiet and not active.armed:
            active.statement = statement
            self.events.append(["l", active.number, statement])
        elif active.armed or not plan.single or not self._pass_single(active, plan, statement):
            self._pass(active, plan, statement)
        plan = active.plan = self.plans[statement]
        counts = plan.inplace and type(active.values.get(plan.inplace, plan)) in PLAIN
        if plan.alters or heap.wary or (plan.inplace and not counts):
            self._foresee(active, plan)
        return active

    def _foresee(self, active: Active, plan: Plan) -> None:
        """Find what the statement that is about to run may change."""
        active.entered, active.changes = self.entered, self.heap.changes
        if plan.anything or self.heap.strange:
            active.everything = active.loud = True
        elif plan.aims or (plan.loads and self.heap.has_missing):
            self.foresight.arm(active, plan)

    def tires(self, active: Active, statement: int) -> bool:
        """Whether a statement has run so often that its loop is to be watched no further."""
        loop = self.loops[statement]
        if loop < 0 or active.shape.how not in ("function", "module"):
            return False
        count = active.runs[statement] = active.runs.get(statement, 0) + 1
        return count > self.budgets.repeats

    def skip(self, active: Active, statement: int) -> None:
        """Watch the loop around a statement no further; `wake` ends that."""
        self.skipping, self.skipped = active, self.loops[statement]
        self._sync("s", active, self.skipped, self.budgets.repeats)
        active.plan, active.armed, active.runs = EVERYTHING, [], {}
        active.everything = active.loud = True

    def wake(self) -> None:
        """The loop is left; generators may have gone on meanwhile, which can no longer be followed."""
        self.skipping = None
        self.entered += 1
        for active in self.suspended.values():
            active.lost = True

    def _pass_single(self, active: Active, plan: Plan, statement: int) -> bool:
        """As `_pass`, where a number or text was bound to one name and nothing else was done."""
        if (plan.loop and statement != active.statement + 1) or (plan.calls and self.read_output is not None):
            return False
        name = plan.single
        value = active.frame.f_locals.get(name)
        if type(value) is not int and type(value) is not str:
            return False
        active.values[name] = value
        active.statement = statement
        self.events.append(["l", active.number, statement, {name: self.heap.put(value)}])
        return True

    def _pass(self, active: Active, plan: Plan, statement: int) -> None:
        """From one statement to the next, where only what the plan foresees can have changed."""
        heap = self.heap
        if plan.calls and self.read_output is not None:
            self._note_output(active)
        changed: dict[str, Value | None] = {}
        if plan.binds:
            live, known = active.frame.f_locals, active.values
            sure = plan.sure if not plan.loop or statement == active.statement + 1 else ()
            for name in plan.binds:
                value = live.get(name, MISSING)
                if value is known.get(name, MISSING) and name not in sure:
                    continue
                kind = type(value)
                if kind is int and SMALL < value < LARGE:
                    known[name] = value
                    changed[name] = repr(value)
                elif value is MISSING or kind in FLEETING:
                    changed |= active.read((name,), heap)
                else:
                    known[name] = value
                    changed[name] = heap.put(value)
        if active.armed:
            for entry, settle, key in active.armed:
                if settle is None or not settle(heap, entry, key):
                    heap.check(entry)
            active.armed = []
        if heap.waiting:
            heap.drain()
        active.statement = statement
        if heap.operations:
            self.events.append(["l", active.number, statement, changed, heap.take()])
            if heap.too_large:
                self.stop(heap.too_large)
        elif changed:
            self.events.append(["l", active.number, statement, changed])
        else:
            self.events.append(["l", active.number, statement])

    def leave(self, active: Active, value: Any) -> None:
        """The frame on top returns."""
        self._give("r", active, value)
        self._pop()
        if active.number == 0:
            self._end_entry(active)
            self.answer["return"] = value

    def suspend(self, active: Active, value: Any) -> None:
        """The generator frame on top yields."""
        if active.shape.cleans:
            self.heap.distrust("a generator with something left to do")  # runs it, unseen, when it is dropped
        self._give("y", active, value)
        self.suspended[active.frame] = active
        self._pop()

    def _give(self, kind: str, active: Active, value: Any) -> None:
        plan, heap = active.plan, self.heap
        if active.loud or active.armed or not plan.still or heap.strange:
            self._sync(kind, active, active.statement, value=[value])
            return
        if plan.calls and self.read_output is not None:
            self._note_output(active)
        answer = heap.put(value)
        if heap.waiting:
            heap.drain()
        self._add(kind, active.number, active.statement, {}, heap.take() if heap.operations else [], answer)

    def unwind(self, active: Active) -> None:
        """The frame on top is left by an exception."""
        if active.thrown:
            self._pop()
            return
        self._sync("u", active, active.statement)
        self._pop()
        if active.number == 0:
            self._end_entry(active)

    def _end_entry(self, active: Active) -> None:
        self.ended = True
        self.answer = {f"local {key}": active.find(key) for key in sorted(active.values)}

    def resume(self, frame: types.FrameType, thrown: BaseException | bool | None = None) -> Active | None:
        """A generator frame goes on; `thrown` when throw() or close() makes it do so."""
        self._flush()
        outside = not self.stack
        active = self.suspended.pop(frame, None)
        if active is None or active.lost:
            self.stop("a generator goes on that may have run in a skipped loop")
            return active
        self.entered += 1
        self.stack.append(active)
        self.top = active
        active.thrown = thrown
        if outside:  # whoever consumes it is not recorded, and may have changed anything
            active.everything = active.loud = True
        if thrown:
            active.loud = True
        elif active.loud or self.heap.strange:
            self._sync("n", active, active.statement)
        else:
            active.entered, active.changes = self.entered, self.heap.changes
            self.events.append(["n", active.number, active.statement])
        return active

    def throw(self, active: Active, error: BaseException | None, kind: type) -> None:
        """An exception appears in the frame on top."""
        self._sync("e", active, active.statement, [plain_name(kind), read_message(error)])

    def _begin_again(self, active: Active) -> None:
        """A generator that was thrown into turns out to handle that."""
        error = active.thrown if isinstance(active.thrown, BaseException) else sys.exc_info()[1]
        active.thrown = None
        self._sync("n", active, active.statement)
        if error is not None:
            self.throw(active, error, type(error))

    def _pop(self) -> None:
        self.stack.pop()
        self.top = self.stack[-1] if self.stack else None

    # -- what is noted --------------------------------------------------------

    def _note_globals(self, more: Iterable[Any]) -> None:
        """Note all that has changed in what the globals, and `more`, lead to."""
        changed = self.module.read(self.module.names)
        self.heap.check_all([*self.module.values.values(), *more])
        operations = self.heap.take()
        if changed or operations:
            self._add("h", GLOBALS, -1, changed, operations, None)

    def _flush(self) -> int:
        """Note what the frame on top has changed before another one begins; returns its number."""
        active = self.top
        if active is None:
            return GLOBALS
        if active.loud or active.armed or active.plan.mixed or self.heap.strange:
            self._sync("h", active, active.statement)
        elif active.plan.calls and self.read_output is not None:
            self._note_output(active)
        return active.number

    def _sync(
        self,
        kind: str,
        active: Active,
        statement: int,
        extra: Any = None,
        *,
        value: list[Any] | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        plan, heap = active.plan, self.heap
        if plan.calls and self.read_output is not None:
            self._note_output(active)
        changed: dict[str, Value | None] = {}
        if plan.binds is None:
            changed = active.read(active.shape.names, heap)
        elif plan.binds or names or active.shape.always:
            changed = active.read((*names, *plan.binds, *active.shape.always), heap)
        if plan.sure and kind in ("l", "r", "s") and (not plan.loop or statement == active.statement + 1):
            active.note_bound(plan.sure, changed, heap)
        steered = plan.steered and active.entered != self.entered
        steered = steered and (plan.shared or active.changes != heap.changes)
        answer = heap.put(value[0]) if value else None
        if (self.watches and plan.calls) or active.shape.how == "module" or active.shape.stores_globals:
            module = self.module
            found = module.read(module.watched if active.shape.how != "module" else module.names)
            if found:
                self._check(active, value, steered)
                self._add("h", GLOBALS, -1, found, heap.take(), None)
        self._check(active, value, steered)
        operations = heap.take() if heap.operations else []
        active.entered, active.changes = self.entered, heap.changes
        active.statement = statement
        if kind != "h" or changed or operations:
            self._add(kind, active.number, statement, changed, operations, answer if value else extra)

    def _check(self, active: Active, value: list[Any] | None, steered: bool) -> None:
        """Look again at what the frame's statement may have changed."""
        heap = self.heap
        if active.plan.anything or active.everything or steered or heap.strange:
            heap.check_all(self._roots(value or []))
            return
        for entry, settle, key in active.armed:
            if settle is None or not settle(heap, entry, key):
                heap.check(entry)
        if heap.waiting:
            heap.drain()

    def _doubt(self) -> None:
        """What the statements that are running may change was foreseen before such an object was known."""
        for active in (*self.stack, *self.suspended.values()):
            active.everything = active.loud = True

    def _roots(self, more: list[Any]) -> list[Any]:
        roots = [*self.module.values.values(), *more]
        for active in (*self.stack, *self.suspended.values()):
            roots += active.values.values()
        return roots

    def _note_output(self, active: Active) -> None:
        assert self.read_output is not None
        text = self.read_output()
        if text:
            self._add("o", active.number, active.statement, {}, [], text)

    def _add(self, k: str, f: int, s: int, d: dict[str, Any], h: list[Any], x: Any) -> None:
        short = [k, f, s, d] if d else [k, f, s]
        self.events.append([k, f, s, d, h, x] if x is not None else [k, f, s, d, h] if h else short)
        if self.heap.too_large:
            self.stop(self.heap.too_large)
