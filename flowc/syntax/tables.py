"""The parser's tables: made by lark from `flow.lark`, kept beside it, and read without lark.

This is the only file that knows lark. Making the tables takes half a second, reading them a few milliseconds, so they
are part of the package; where they are of another grammar (while one edits it) they are made in memory. Write them with

    python -m flowc.syntax.tables
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

if TYPE_CHECKING:
    from lark import Lark

STARTS = ("file", "hole", "expression")
END = "$END"


@frozen
class Rule:
    """What to do when a rule is complete.

    Its `size` newest values give way to one, of the symbol `origin`. `call` names the method that makes it, from the
    values `picks` chooses: an index, `~index` for a list to be spliced in, None for an optional part that is absent.
    Without `call` the picked values themselves are the value: a list where `spliced`, else the only one.
    """

    origin: str
    size: int
    call: str
    picks: tuple[int | None, ...]
    spliced: bool


@frozen
class Tables:
    """LALR(1): `states[s][symbol]` is the next state, or `~r` to reduce by rule `r`; `starts` the first and last."""

    states: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    starts: dict[str, tuple[int, int]]
    terminals: tuple[tuple[str, str], ...]
    """Name and regular expression, in the order in which they are tried."""


@cache
def load() -> Tables:
    """The tables of the packaged grammar."""
    folder = files("flowc_grammar")
    grammar = folder.joinpath("flow.lark").read_text(encoding="utf-8")
    made = folder.joinpath("flow.tables.json")
    data: dict[str, Any] = json.loads(made.read_text(encoding="utf-8")) if made.is_file() else {}
    if data.get("digest") == _digest(grammar):
        return _from_json(data)
    return build(grammar)


def build(grammar: str) -> Tables:
    """Make the tables of `grammar` with lark."""
    parser: Any = lark_parser(grammar)
    conf: dict[str, Any] = {s: parser.parse_interactive(start=s).parser_state.parse_conf for s in STARTS}
    rows: dict[Any, dict[str, tuple[Any, Any]]] = conf[STARTS[0]].states
    order = _in_reading_order(rows, [conf[start].start_state for start in STARTS])
    rules = {argument: _rule(argument) for row in rows.values() for _, argument in row.values() if argument not in rows}
    listed = sorted(set(rules.values()), key=repr)
    place = {rule: ~index for index, rule in enumerate(listed)}
    states = tuple(
        {symbol: order[to] if to in order else place[rules[to]] for symbol, (_, to) in sorted(rows[state].items())}
        for state in order
    )
    starts = {start: (order[conf[start].start_state], order[conf[start].end_state]) for start in STARTS}
    terminals = sorted(parser.terminals, key=lambda t: (-t.priority, -len(t.pattern.value), t.name))
    spelled = tuple((str(t.name), t.pattern.to_regexp()) for t in terminals)
    return Tables(states, tuple(listed), starts, spelled)


def _in_reading_order(rows: dict[Any, dict[str, tuple[Any, Any]]], starts: list[Any]) -> dict[Any, int]:
    """Number the states as a walk from the starts meets them: lark's own numbers change from run to run."""
    order = {start: index for index, start in enumerate(starts)}
    waiting = list(starts)
    while waiting:
        for _, (_, to) in sorted(rows[waiting.pop()].items(), key=lambda item: item[0]):
            if to in rows and to not in order:
                order[to] = len(order)
                waiting.append(to)
    return order


def lark_parser(grammar: str, *, strict: bool = False, postlex: Any = None) -> Lark:
    """Lark's own parser of `grammar`; `strict` refuses any conflict and colliding terminals (needs interegular)."""
    from lark import Lark

    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=True,
        strict=strict,
        postlex=postlex,
    )


def _rule(rule: Any) -> Rule:
    picks: list[int | None] = []
    absent = "".join("1" if empty else "0" for empty in rule.options.empty_indices) or "0" * len(rule.expansion)
    gaps = [len(ones) for ones in absent.split("0")]
    for index, symbol in enumerate(rule.expansion):
        picks += [None] * gaps[index]
        if not symbol.is_term and symbol.name.startswith("_"):
            picks.append(~index)
        elif rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out):
            picks.append(index)
    picks += [None] * gaps[-1]
    name = str(rule.origin.name)
    spliced = name.startswith("_")
    through = spliced or (rule.options.expand1 and not rule.alias and len(picks) == 1)
    return Rule(name, len(rule.expansion), "" if through else str(rule.alias or name), tuple(picks), spliced)


def _digest(grammar: str) -> str:
    return sha256(grammar.encode()).hexdigest()


def to_json(tables: Tables, grammar: str) -> str:
    """The text of the file beside the grammar."""
    symbols = sorted({symbol for row in tables.states for symbol in row})
    number = {symbol: index for index, symbol in enumerate(symbols)}
    rows = [[value for symbol in sorted(row) for value in (number[symbol], row[symbol])] for row in tables.states]
    data = {
        "digest": _digest(grammar),
        "starts": tables.starts,
        "terminals": tables.terminals,
        "symbols": symbols,
        "rules": [list(asdict(rule).values()) for rule in tables.rules],
        "states": rows,
    }
    return json.dumps(data, separators=(",", ":")).replace("],[", "],\n[") + "\n"


def _from_json(data: dict[str, Any]) -> Tables:
    symbols: list[str] = data["symbols"]
    rows: list[list[int]] = data["states"]
    states = tuple({symbols[n]: action for n, action in zip(row[::2], row[1::2], strict=True)} for row in rows)
    rules = tuple(
        Rule(origin, size, call, tuple(picks), spliced) for origin, size, call, picks, spliced in data["rules"]
    )
    starts = {name: (pair[0], pair[1]) for name, pair in data["starts"].items()}
    return Tables(states, rules, starts, tuple((name, regex) for name, regex in data["terminals"]))


def main() -> None:
    """Write the tables beside the grammar of this checkout."""
    folder = Path(str(files("flowc_grammar")))
    grammar = folder.joinpath("flow.lark").read_text(encoding="utf-8")
    folder.joinpath("flow.tables.json").write_text(to_json(build(grammar), grammar), encoding="utf-8")


if __name__ == "__main__":
    main()
