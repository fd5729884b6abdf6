"""Where holes stand in SQL: first by the tokens around them, then by the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flowc.ir.types import PATH
from flowc.sema.outside.sql.facts import HoleContext, HoleFacts, SqlError
from flowc.sema.outside.sql.parse import Marks, Statement, is_list
from flowc.sema.outside.sql.text import Hole, SqlText, Token
from flowc.sema.outside.sql.tree import child

if TYPE_CHECKING:
    from sqlglot import exp

_TOUCHING = ("word", "number", "string", "name", "hole")
# After these a literal may stand, and no parameter: `DATE '2024-01-01'`, `INTERVAL '1' DAY`.
_LITERAL_ONLY = ("DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "INTERVAL", "SAMPLE", "PREPARE")


def scanned(text: SqlText) -> dict[int, HoleContext]:
    """The context of every hole as far as its neighbours tell, by the index of its part."""
    found: dict[int, HoleContext] = {}
    tokens = text.tokens
    for index, token in enumerate(tokens):
        context: HoleContext | None = _CONTAINERS.get(token.kind)
        if token.kind == "hole":
            part = text.hole_at(token.start)
            found[part] = _outside_quotes(text.parts[part], tokens, index)
        elif context is not None:
            inside = [at for at in range(token.start, token.end) if text.flat[at] == "\0"]
            found |= {text.hole_at(at): context for at in inside}
    return found


_CONTAINERS: dict[str, HoleContext] = {
    "string": "string",
    "open": "string",
    "name": "quoted_name",
    "comment": "comment",
}


def _outside_quotes(hole: object, tokens: Sequence[Token], index: int) -> HoleContext:
    assert isinstance(hole, Hole)
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if any(other and other.kind in _TOUCHING for other in (before, after)):
        return "part_of_name"
    touches_dot = any(other and other.text == "." for other in (before, after))
    if hole.kind == "value" and (touches_dot or _is_type_position(tokens, index)):
        return "name"
    if before and before.text in ("$", "@", "#", ":") and not _is_slice(tokens, index):
        return "part_of_name"
    return {"value": "value", "ident": "name", "table": "relation"}[hole.kind]  # type: ignore[return-value]


def _is_type_position(tokens: Sequence[Token], index: int) -> bool:
    """`x::#{t}`."""
    return index > 1 and tokens[index - 1].text == tokens[index - 2].text == ":"


def _is_slice(tokens: Sequence[Token], index: int) -> bool:
    """`xs[1:#{n}]`."""
    depth = 0
    for token in reversed(tokens[:index]):
        depth += {"]": 1, "[": -1}.get(token.text, 0)
        if depth < 0:
            return True
    return False


def hole_facts(
    text: SqlText, marks: Marks, contexts: dict[int, HoleContext], statements: Sequence[Statement]
) -> list[HoleFacts]:
    """The facts of every hole, in order."""
    trees: dict[int, HoleFacts] = {}
    for statement in statements:
        for facts in _in_statement(text, marks, statement):
            trees.setdefault(facts.part, facts)
    found: list[HoleFacts] = []
    for part, context in sorted(contexts.items()):
        known = trees.get(part)
        if context == "value" and known:
            found.append(known)
        else:
            found.append(HoleFacts(part, context, is_bindable=False))
    return found


def _in_statement(text: SqlText, marks: Marks, statement: Statement) -> Iterator[HoleFacts]:
    takes_parameters = statement.tree is not None and _takes_parameters(statement.tree)
    nodes = dict(_marked(marks, statement.tree)) if statement.tree else {}
    grouped = _grouped(marks, statement.tree) if statement.tree else set[int]()
    significant = [token for token in statement.tokens if token.kind not in ("space", "comment")]
    for index, token in enumerate(significant):
        if token.kind != "hole":
            continue
        part = text.hole_at(token.start)
        hole = text.parts[part]
        assert isinstance(hole, Hole)
        node = nodes.get(part)
        context = _tree_context(hole, node)
        previous = significant[index - 1].text.upper() if index else ""
        is_bindable = takes_parameters and previous not in _LITERAL_ONLY and part not in grouped
        if node is not None:
            is_bindable = is_bindable and _can_bind_here(node)
        yield HoleFacts(part, context, is_bindable and context == "value", _is_doubled(hole, significant, index))


def _marked(marks: Marks, tree: exp.Expr) -> Iterator[tuple[int, exp.Expr]]:
    from sqlglot import exp

    for node in tree.walk():
        if isinstance(node, exp.Literal | exp.Identifier | exp.Var) and isinstance(node.this, str):
            part = marks.found(node.this)
            if part is not None:
                yield part, node


def _tree_context(hole: Hole, node: exp.Expr | None) -> HoleContext:
    from sqlglot import exp

    if hole.kind != "value" or node is None:
        return "value" if hole.kind == "value" else "name" if hole.kind == "ident" else "relation"
    parent = node.parent
    if isinstance(node, exp.Identifier):
        # DuckDB reads a file by its name in quotes: the value of a path can stand there.
        is_file = isinstance(parent, exp.Table) and isinstance(parent.parent, exp.From | exp.Join)
        return "value" if is_file and hole.type == PATH else "name"
    if isinstance(parent, exp.Column | exp.Schema | exp.Collate | exp.Ordered | exp.Group):
        return "name"
    return "value"


def _takes_parameters(tree: exp.Expr) -> bool:
    """Statements that every engine, in every version that was tried, prepares with parameters.

    PostgreSQL takes none in COPY, SET, CREATE VIEW and the like, SQLite none in PRAGMA, DuckDB before 1.4 none in COPY.
    """
    from sqlglot import exp

    if isinstance(tree, exp.Create):
        return tree.kind == "TABLE" and isinstance(tree.expression, exp.Query)
    return isinstance(tree, exp.Query | exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Values)


def _can_bind_here(node: exp.Expr) -> bool:
    from sqlglot import exp

    closed = exp.TableSample | exp.Pivot | exp.Constraint | exp.ColumnConstraint | exp.Collate | exp.DataType
    above: exp.Expr | None = node
    while above is not None:
        if isinstance(above, closed) or (isinstance(above, exp.Identifier) and isinstance(above.parent, exp.Table)):
            return False
        if isinstance(above, exp.Extract) and node is above.this:
            return False
        above = above.parent
    return True


def _grouped(marks: Marks, tree: exp.Expr) -> set[int]:
    """Holes of a query that groups by an expression with a hole in it.

    Two parameters are never one expression, so `SELECT a + ? ... GROUP BY a + ?` is refused by PostgreSQL and DuckDB.
    """
    from sqlglot import exp

    found: set[int] = set()
    for query in tree.find_all(exp.Select):
        group = child(query, "group")
        if group is not None and any(True for _ in _marked(marks, group)):
            found |= {part for part, _ in _marked(marks, query)}
    return found


def _is_doubled(hole: Hole, tokens: Sequence[Token], index: int) -> bool:
    """`IN (#{xs})` of a list, which is written with brackets of its own."""
    if not is_list(hole) or index < 2 or index + 1 >= len(tokens):
        return False
    around = (tokens[index - 2].text.upper(), tokens[index - 1].text, tokens[index + 1].text)
    return around == ("IN", "(", ")")


def stray_parameters(text: SqlText) -> Iterator[SqlError]:
    """Bind parameters of the user's own: nothing would be bound to them, and they would shift the holes' values."""
    tokens = text.tokens
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        name = after.text if after and after.kind in ("word", "number") else ""
        if token.text == "?" and text.dialect != "postgres":
            yield SqlError(text.place(token.start), "`?` has no value here; write the value as `#{..}`")
        elif token.text in _SIGILS[text.dialect] and name and not _is_glued(tokens, index):
            word = f"{token.text}{name}"
            yield SqlError(text.place(token.start), f"`{word}` has no value here; write the value as `#{{..}}`")


_SIGILS = {"sqlite": ("$", "@", ":"), "duckdb": ("$",), "postgres": ("$",), "snowflake": ()}


def _is_glued(tokens: Sequence[Token], index: int) -> bool:
    """Part of something longer: `::`, `x:y`."""
    before = tokens[index - 1] if index else None
    return before is not None and (before.kind in _TOUCHING or before.text == ":")
