"""Reading clauses: known words, in their places, with arguments that fit. What they come to is `policy`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import cast

from attrs import evolve, field, frozen

from flowc.diagnostics import Edit, Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.types import BOOL, DATE, FLOAT, INT, STR, ListOf
from flowc.sema import habits
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import accept, condition, expected, typed
from flowc.sema.habits import VALUES
from flowc.sema.infer import is_poison, quoted
from flowc.sema.vocabulary import CLAUSES, MODIFIERS, PLACES, SAMPLES, Slot, Spec
from flowc.source import Span
from flowc.syntax import ast

Value = Expr | str | tuple[ast.Expr, ...]
"""A typed expression, a word of the slot's list, or what a raw slot's own reader will take."""


@frozen
class Said:
    """A clause that was understood, and the context that it was written in."""

    spec: Spec
    clause: ast.Clause
    values: Mapping[str, Value]
    context: Context = field(eq=False, repr=False)

    @property
    def span(self) -> Span:
        return self.clause.span

    def expr(self, slot: str) -> Expr | None:
        value = self.values.get(slot)
        return value if isinstance(value, Expr) else None

    def word(self, slot: str) -> str | None:
        value = self.values.get(slot)
        return value if isinstance(value, str) else None

    def raw(self, slot: str) -> tuple[ast.Expr, ...]:
        value = self.values.get(slot, ())
        return value if isinstance(value, tuple) else ()

    def place(self, slot: str) -> Span:
        """Where the value of a slot stands; the whole clause where it was not said."""
        takes = self.spec.takes
        for arg in self.clause.args:
            if (arg.name.text if arg.name else takes[0].name if takes else "") == slot:
                return arg.value.span
        return self.span

    def mentions(self, slot: str) -> bool:
        """Whether a modifier was written, right or wrong."""
        return any(arg.name is not None and arg.name.text == slot for arg in self.clause.args)

    def constant(self, slot: str) -> object:
        """The build-time value of a slot; None where nothing (or nothing that fits) was said."""
        value = self.values.get(slot)
        return constant(value) if isinstance(value, Expr) else value


def read_clauses(clauses: Iterable[ast.Clause], place: str, context: Context) -> list[Said]:
    """Those that are right; the others are reported. A word said twice keeps its first (FLOW214)."""
    said: list[Said] = []
    first: dict[str, Span] = {}
    for clause in clauses:
        spec = _spec(clause, place, context)
        if spec is None:
            continue
        word = spec.word
        if word in first and not spec.repeats:
            context.problems.add(
                "FLOW214",
                f"`{word}` is said twice",
                clause.span,
                related=[Label(first[word], "first here")],
                helps=("keep one of them",),
            )
            continue
        first.setdefault(word, clause.span)
        understood = _read(spec, clause, context)
        if understood:
            said.append(understood)
    return said


def _spec(clause: ast.Clause, place: str, context: Context) -> Spec | None:
    word = clause.name.text
    spec = CLAUSES.get(word)
    if spec is None:
        _unknown(clause, place, context)
        return None
    if not set(place) & set(spec.places):
        stands = ", ".join(PLACES[letter] for letter in spec.places)
        context.problems.add(
            "FLOW212",
            f"`{word}` cannot stand in {PLACES[place[0]]}",
            clause.name.span,
            notes=(f"it may stand in {stands}",),
        )
        return None
    # What holds for a whole flow is settled when a run starts: no task has run then.
    return evolve(spec, latest="start") if word in ("when", "env") and set(place) & {"f", "F"} else spec


def _unknown(clause: ast.Clause, place: str, context: Context) -> None:
    word = clause.name.text
    if word in MODIFIERS:
        head = MODIFIERS[word]
        context.problems.add(
            "FLOW213",
            f"`{word}` belongs to `{head}`",
            clause.name.span,
            helps=(f"say it there: `{head} ..., {word}: ...`",),
        )
        return
    here = [known for known, spec in CLAUSES.items() if set(place) & set(spec.places)]
    said = habits.CLAUSES.get(word)
    near = None if said else closest(word, here) or closest(word, CLAUSES)
    context.problems.add(
        "FLOW211",
        f"unknown clause `{word}`",
        clause.name.span,
        helps=(f"write `{said}`",)
        if said
        else (f"did you mean `{near}`?",)
        if near
        else (f"known here: {', '.join(sorted(here))}",),
        edits=[Edit(clause.name.span, near)] if near else (),
    )


def _read(spec: Spec, clause: ast.Clause, context: Context) -> Said | None:
    values: dict[str, Value] = {}
    positional = [arg for arg in clause.args if arg.name is None]
    _positional(spec, clause, positional, values, context)
    slots = {slot.name: slot for slot in spec.modifiers}
    for arg in clause.args:
        if arg.name is None:
            continue
        slot = slots.get(arg.name.text)
        if slot is None:
            _unknown_modifier(spec, arg.name, slots, context)
        elif slot.name in values:
            context.problems.add("FLOW214", f"`{slot.name}:` is said twice", arg.span)
        else:
            _store(slot, (arg.value,), values, spec, context)
    for slot in spec.modifiers:
        if slot.required and slot.name not in values:
            context.problems.add("FLOW302", f"`{spec.word}` needs `{slot.name}:`", clause.span, helps=_shape(spec))
            return None
    complete = all(slot.name in values for slot in spec.takes if slot.required)
    return Said(spec, clause, values, context) if complete else None


def _positional(
    spec: Spec, clause: ast.Clause, args: list[ast.Arg], values: dict[str, Value], context: Context
) -> None:
    slots = list(spec.takes)
    if len(slots) == 1 and slots[0].many:
        if args:
            values[slots[0].name] = tuple(arg.value for arg in args)
    else:
        for slot, arg in zip(slots, args, strict=False):
            _store(slot, (arg.value,), values, spec, context)
        for arg in args[len(slots) :]:
            if isinstance(arg.value, ast.Name) and arg.value.text in {slot.name for slot in spec.modifiers}:
                word = arg.value.text
                helps = (f"{spec.word} ..., {word}: ...",)
                context.problems.add("FLOW106", f"`{word}` needs a colon before its value", arg.span, helps=helps)
                continue
            context.problems.add(
                "FLOW303",
                f"`{spec.word}` takes {_counted(slots)}, and {quoted(arg.span)} is one more",
                arg.span,
                helps=_shape(spec),
            )
    missing = [slot.name for slot in slots[len(args) :] if slot.required]
    if missing:
        context.problems.add("FLOW302", f"`{spec.word}` needs a value", clause.name.span, helps=_shape(spec))


def _counted(slots: Sequence[Slot]) -> str:
    return "one value" if len(slots) == 1 else f"{len(slots)} values" if slots else "no value"


def _shape(spec: Spec) -> tuple[str, ...]:
    return (f"write `{SAMPLES[spec.word]}`",)


def _unknown_modifier(spec: Spec, name: ast.Name, slots: Mapping[str, Slot], context: Context) -> None:
    head = MODIFIERS.get(name.text)
    if head is not None:
        helps = (f"say it there: `{head} ..., {name.text}: ...`",)
        message = f"`{name.text}:` belongs to `{head}`, not to `{spec.word}`"
        context.problems.add("FLOW213", message, name.span, helps=helps)
        return
    near = closest(name.text, slots)
    if near:
        helps = (f"did you mean `{near}:`?",)
    elif name.text in CLAUSES:
        helps = (f"a clause of its own stands without comma and colon: `{SAMPLES[name.text]}`",)
    elif slots:
        helps = (f"`{spec.word}` takes {', '.join(f'`{slot}:`' for slot in slots)}",)
    else:
        helps = (f"`{spec.word}` takes no modifiers",)
    context.problems.add("FLOW303", f"`{spec.word}` has no `{name.text}:`", name.span, helps=helps)


def _store(slot: Slot, args: tuple[ast.Expr, ...], values: dict[str, Value], spec: Spec, context: Context) -> None:
    value = args if slot.raw else _value(slot, args[0], spec, context)
    if value is not None:
        values[slot.name] = value


def _value(slot: Slot, arg: ast.Expr, spec: Spec, context: Context) -> Value | None:
    if slot.words and isinstance(arg, ast.Name):
        if arg.text in slot.words:
            return arg.text
        if context.names.find(arg.text) is None:
            _unknown_word(slot, arg, spec, context)
            return None
    if not slot.types:
        expr = typed(arg, context)
        said = constant(expr)
        if is_poison(expr):
            return None
        if isinstance(said, str) and said in slot.words:
            return said
        _unknown_word(slot, arg, spec, context)
        return None
    if isinstance(arg, ast.Name) and arg.text not in VALUES and _is_nothing(arg, context):
        sample = f'`{arg.text}` is no name; as text it is `"{arg.text}"`' if slot.types == (STR,) else None
        helps = (sample,) if sample else _shape(spec)
        context.problems.add("FLOW201", f"there is no value `{arg.text}` here", arg.span, helps=helps)
        return None
    expr = _typed(slot, arg, spec, context)
    if expr is None:
        return None
    latest = "build" if slot in spec.modifiers else spec.latest
    if slot.name in ("fail", "skip"):
        latest = "run"
    if not require_stage(expr, latest, context, f"`{spec.word}`"):
        return None
    return expr if _in_range(slot, expr, spec, context) else None


def _is_nothing(name: ast.Name, context: Context) -> bool:
    """Whether a word names no value, and is like none that does."""
    seen = context.names.visible()
    return name.text not in {*seen, "run"} and not closest(name.text, seen) and not context.world.hidden(name.text)


def _typed(slot: Slot, arg: ast.Expr, spec: Spec, context: Context) -> Expr | None:
    types = slot.types
    what = f"`{slot.name}` of `{spec.word}`" if slot in spec.modifiers else f"`{spec.word}`"
    before = len(context.problems)
    if types == (BOOL,) and spec.word in ("when", "check"):
        found = condition(arg, context)
        return found if len(context.problems) == before else None
    if len(types) == 1:
        found = expected(arg, context, types[0], what=what)
        return found if len(context.problems) == before else None
    found = typed(arg, context)
    if found.type in types or (found.type == INT and FLOAT in types):
        return found
    if len(context.problems) == before:
        accept(found, DATE if DATE in types else types[-1], context, arg.span, what=what)
    return None


def _in_range(slot: Slot, expr: Expr, spec: Spec, context: Context) -> bool:
    if not (slot.above_zero or slot.not_negative):
        return True
    value = constant(expr)
    size = value.total_seconds() if isinstance(value, timedelta) else value
    fits = not isinstance(size, int | float) or (size > 0 if slot.above_zero else size >= 0)
    if not fits:
        limit = "more than zero" if slot.above_zero else "zero or more"
        context.problems.add("FLOW601", f"`{slot.name}` of `{spec.word}` must be {limit}", expr.at)
    return fits


def _unknown_word(slot: Slot, arg: ast.Expr, spec: Spec, context: Context) -> None:
    said = arg.text if isinstance(arg, ast.Name) else arg.span.text
    near = closest(said, slot.words)
    helps = (f"did you mean `{near}`?",) if near else (f"one of {', '.join(slot.words)}",)
    context.problems.add("FLOW301", f"`{said}` is not a value of `{slot.name}` in `{spec.word}`", arg.span, helps=helps)


def refuse_others(block: Iterable[ast.Stmt], message: str, problems: Problems, *, but: tuple[type, ...] = ()) -> None:
    """FLOW212 for every statement that is no clause, nor one of those that may stand there too."""
    for stmt in block:
        if not isinstance(stmt, (ast.Clause, *but)):
            problems.add("FLOW212", message, stmt.span)


def is_separate(said: Iterable[Said]) -> bool:
    """Whether a group is a part of its own where its flow is split."""
    return any(one.spec.word == "separate" and one.constant("separate") is True for one in said)


def renamed_from(said: Iterable[Said]) -> str | None:
    """The id that engines know, where `renamed from:` says it."""
    for one in said:
        if one.spec.word == "renamed":
            (old,) = one.raw("from")
            return old.text if isinstance(old, ast.Name) else old.span.text.strip('"')
    return None


def texts(expr: ast.Expr, context: Context) -> tuple[str, ...]:
    """A build-time list of texts."""
    return _texts(constant(expected(expr, context, ListOf(STR))))


def constant_texts(said: Said, slot: str) -> tuple[str, ...]:
    """A slot that holds a build-time list of texts."""
    return _texts(said.constant(slot))


def _texts(found: object) -> tuple[str, ...]:
    return tuple(str(item) for item in cast(tuple[object, ...], found)) if isinstance(found, tuple) else ()
