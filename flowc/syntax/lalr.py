"""The LALR(1) machine: a stack of states, a stack of values, and a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowc.syntax.lexer import Lexer, Token
from flowc.syntax.memory import WHOLE, Reading
from flowc.syntax.tables import END, Rule, Tables

_BETWEEN = ("_NL", "RBRACE")
"""What stands where a statement may begin, and begins none."""


class Unexpected(Exception):
    """The token has no place here.

    `stack` holds the states of what was read before it, `opened` is the offset of the innermost open bracket.
    """

    def __init__(self, token: Token, stack: list[int], opened: int | None) -> None:
        super().__init__(token, stack, opened)
        self.token = token
        self.stack = stack
        self.opened = opened


def parse(lexer: Lexer, makers: object, *, start: str, reading: Reading | None = None) -> Any:
    """The value of the rule `start` for the tokens of `lexer`.

    `makers` has a method for each `Rule.call`, and a dict `shift` of functions that make the value of a token from its
    two offsets. With a `reading`, statements that were read before are taken from its memory. Raises `Unexpected` and
    `lexer.Unreadable`.
    """
    tables, stack = lexer.tables, lexer.stack
    states, rules = tables.states, tables.rules
    # One for each rule that comes up: most texts are holes in strings, and need few.
    reducers: dict[int, Callable[[list[Any]], Any]] = {}
    shift: dict[str, Callable[[int, int], Any]] = getattr(makers, "shift")  # noqa: B009 - a border: anything may make
    first, last = tables.starts[start]
    begins = reading.begins if reading else frozenset[int]()
    stack[:] = [first]
    values: list[Any] = []
    until = 0
    tokens = iter(lexer)
    while True:
        token = next(tokens)
        kind = token[0]
        held = stack[:]
        while True:
            action = states[stack[-1]].get(kind)
            if action is None:
                raise Unexpected(token, held, lexer.brackets[-1] if lexer.brackets else None)
            if action >= 0:
                if stack[-1] in begins and kind not in _BETWEEN:
                    assert reading is not None
                    known = reading.begun(stack[-1], token, len(stack), lexer)
                    if known is not None:
                        until = token[1] + len(known.text)
                        values.append(known.value)
                        stack.append(states[stack[-1]][known.symbol])
                        tokens = lexer.tokens(until)
                        break
                make = shift.get(kind)
                values.append(make(token[1], token[2]) if make else None)
                stack.append(action)
                until = token[2]
                break
            rule = rules[~action]
            reduce = reducers.get(action) or reducers.setdefault(action, _reducer(rule, makers))
            size = rule.size
            if size:
                value = reduce(values[-size:])
                del stack[-size:], values[-size:]
            else:
                value = reduce([])
            if begins and rule.origin in WHOLE:
                assert reading is not None
                reading.ended(rule.origin, value, len(stack), lexer, until=until, after=kind)
            stack.append(states[stack[-1]][rule.origin])
            values.append(value)
            if kind == END and stack[-1] == last:
                return values[-1]


def expected(tables: Tables, stack: list[int]) -> frozenset[str]:
    """The terminals that may truly come next (a row of the table alone promises too many)."""
    return frozenset(kind for kind in tables.states[stack[-1]] if kind.isupper() and _fits(tables, stack, kind))


def _fits(tables: Tables, stack: list[int], kind: str) -> bool:
    stack = stack.copy()
    ends = [last for _, last in tables.starts.values()]
    while (action := tables.states[stack[-1]].get(kind)) is not None:
        if action >= 0:
            return True
        rule = tables.rules[~action]
        if rule.size:
            del stack[-rule.size :]
        stack.append(tables.states[stack[-1]][rule.origin])
        if kind == END and stack[-1] in ends:
            return True
    return False


def _reducer(rule: Rule, makers: object) -> Callable[[list[Any]], Any]:
    """What `rule` does with the values of its symbols."""
    picks = rule.picks
    plain = picks == tuple(range(rule.size))
    if not rule.call:
        if not rule.spliced:
            (only,) = (pick for pick in picks if pick is not None)
            return lambda values: values[only]
        return (lambda values: values) if plain else (lambda values: _picked(picks, values))
    call: Callable[..., Any] = getattr(makers, rule.call)
    if plain:
        return lambda values: call(*values)
    return lambda values: call(*_picked(picks, values))


def _picked(picks: tuple[int | None, ...], values: list[Any]) -> list[Any]:
    # A list that comes first grows by one rule after the other, and nobody else holds it.
    grows = bool(picks) and picks[0] == ~0
    chosen: list[Any] = values[0] if grows else []
    for pick in picks[grows:]:
        if pick is None:
            chosen.append(None)
        elif pick < 0:
            chosen += values[~pick]
        else:
            chosen.append(values[pick])
    return chosen
