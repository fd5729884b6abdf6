"""Statements as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, assert_never

from attrs import define

from flowc.syntax import ast
from flowc.syntax.format.expressions import Expressions
from flowc.syntax.format.layout import (
    HARD,
    INDENT,
    Doc,
    Group,
    IfBroken,
    Line,
    Nest,
    Pad,
    concat,
    fits,
    flat,
    join,
)
from flowc.syntax.format.sequence import Entry, sequence

N = TypeVar("N", bound=ast.Node)


@define
class Statements(Expressions):
    """Prints what stands in blocks. `depth` is how far to the right a statement begins."""

    depth: int = 0

    # ------------------------------------------------------------------------------------------------ blocks, bodies

    def braced(self, nodes: Sequence[N], make: Callable[[N], Entry], begin: int, end: int, *, comma: str = "") -> Doc:
        """Entries in the braces that stand at `begin` and before `end`.

        They stay on one line if their author wrote them on one, and they are one, or `comma` can part them there.
        """
        opening = ["{", *self.comments.trailing(begin + 1)]
        self.depth += INDENT
        lines = sequence(nodes, make, comments=self.comments, begin=begin + 1, end=end)
        self.depth -= INDENT
        if not lines and len(opening) == 1:
            return "{}"
        if "\n" not in self.text[begin:end] and (len(nodes) < 2 or comma) and None not in map(flat, [*opening, *lines]):
            inside = join(concat(IfBroken("", comma), Line()), lines)
            return Group(concat("{", Nest(concat(Line(), inside)), Line(), "}"))
        return concat(*opening, Nest(concat(*(part for line in lines for part in (HARD, line)))), HARD, "}")

    def block(self, block: ast.Block, statements: tuple[ast.Stmt, ...] | None = None) -> Doc:
        """The braces of a block, and in them its statements or those given."""
        assert block.braces is not None
        inside = block.statements if statements is None else statements
        return self.braced(inside, self.statement, block.braces.start, block.braces.end)

    def tail(self, head: Doc, body: ast.Block) -> tuple[Doc, bool]:
        """`head` with its clauses, and whether they ended as a block of several lines.

        Clauses stand where their author put them, on the line or in braces; those on the line move into braces where
        the line is too long or a comment stands among them.
        """
        inline, inside = body.statements[: body.inline], body.statements[body.inline :]
        opening = body.braces.start if body.braces else body.span.end
        if not self.comments.any_in(body.span.start, opening):
            line = concat(
                head, *(concat(" ", self.clause(clause)) for clause in inline if isinstance(clause, ast.Clause))
            )
            if body.braces is None:
                if not inline or fits(line, self.depth):
                    return line, False
            elif not inline or fits(concat(line, " {"), self.depth):
                whole = concat(line, " ", self.block(body, inside))
                return whole, not fits(whole, self.depth)
        end = body.braces.end if body.braces else body.span.end
        block = self.braced(body.statements, self.statement, body.span.start - 1, end)
        return concat(head, " ", _on_lines(block)), True

    # ------------------------------------------------------------------------------------------------ clauses

    def clause(self, clause: ast.Clause, pad: Pad | None = None) -> Doc:
        """`retry 3, delay: 30s`."""
        if not clause.args:
            return clause.name.text
        return concat(clause.name.text, pad or "", " ", self.values(clause.args))

    def values(self, args: Sequence[ast.Arg]) -> Doc:
        """Values with commas; where they are too long each has a line, the first one stays where it is."""
        first, *rest = map(self.arg, args)
        return Group(concat(first, Nest(concat(*(concat(",", Line(), arg) for arg in rest)), by=2 * INDENT)))

    # ------------------------------------------------------------------------------------------------ statements

    def statement(self, statement: ast.Stmt) -> Entry:
        """Any statement."""
        match statement:
            case ast.Clause(name, args):
                pad = Pad()
                width = len(name.text) if args else 0
                return Entry(self.clause(statement, pad), "clause", width, pad)
            case ast.Task(name, action, outputs, body):
                pad = Pad()
                head = concat(f"task {name.text}", pad, " = ", self.action(action), self.outputs(outputs))
                doc, tall = self.tail(head, body)
                return Entry(doc, "task", len(name.text), pad, tall)
            case ast.Group(name, body):
                return Entry(self.tail(f"group {name.text}", body)[0])
            case ast.If():
                return Entry(self.conditional(statement))
            case ast.Match(subject, arms, braces):
                block = self.braced(arms, self.arm, braces.start, braces.end)
                return Entry(concat("match ", self.expr(subject), " ", block))
            case ast.For():
                return Entry(self.loop(statement))
            case ast.OnHook(event, body):
                return Entry(concat(f"on {event.text} ", self.block(body)))
            case ast.OnEvent(event, body):
                return Entry(self.tail(concat("on ", self.event(event)), body)[0])
            case ast.Finally(body):
                return Entry(concat("finally ", self.block(body)))
            case ast.Chain(links):
                return Entry(self.row(list(map(self.link, links)), ">>"))
            case ast.Return(values):
                return Entry(concat("return ", self.values(values)))
            case ast.Let() | ast.Set() | ast.Target() | ast.Asset() | ast.Policy() | ast.Defaults() | ast.Connection():
                return Entry(self.setting(statement))
            case _:
                assert_never(statement)

    def outputs(self, outputs: ast.Type | None) -> Doc:
        """` -> path`."""
        return concat(" -> ", self.type(outputs)) if outputs else ""

    def conditional(self, statement: ast.If) -> Doc:
        """`if c { ... } else if d { ... } else { ... }`."""
        head = concat("if ", self.expr(statement.condition), " ", self.block(statement.then))
        match statement.otherwise:
            case None:
                return head
            case ast.If() as other:
                return concat(head, " else ", self.conditional(other))
            case block:
                return concat(head, " else ", self.block(block))

    def arm(self, arm: ast.Arm) -> Entry:
        """`1..10 => ...`."""
        head = concat(join(", ", map(self.expr, arm.patterns)), " => ")
        if arm.body.braces:
            return Entry(concat(head, self.block(arm.body)))
        return Entry(concat(head, join(" ", (self.statement(statement).doc for statement in arm.body))))

    def loop(self, loop: ast.For) -> Doc:
        """`for key, value in xs limit 8 { ... }`."""
        names = f"{loop.name.text}, {loop.second.text}" if loop.second else loop.name.text
        clauses = (concat(" ", self.clause(clause)) for clause in loop.clauses)
        return concat(f"for {names} in ", self.expr(loop.iterable), *clauses, " ", self.block(loop.body))

    def link(self, link: ast.Link) -> Doc:
        """`a` or `[b, c]` in a chain."""
        if isinstance(link, ast.Dotted):
            return link.text
        tasks = ((task, task.text) for task in link.tasks)
        return self.listed("[", tasks, "]", begin=link.span.start, end=link.span.end)

    def setting(
        self,
        node: ast.Let | ast.Set | ast.Target | ast.Asset | ast.Policy | ast.Defaults | ast.Connection,
    ) -> Doc:
        """What may stand in a block and in a file alike."""
        match node:
            case ast.Let(name, type_, value):
                typed = concat(": ", self.type(type_)) if type_ else ""
                return concat(f"let {name.text}", typed, " = ", self.expr(value))
            case ast.Set(path, value):
                return concat(f"set {path.text} = ", self.expr(value))
            case ast.Target(name, body):
                return self.tail(f"target {name.text}", body)[0]
            case ast.Asset(name, type_, locator, body):
                typed = concat(": ", self.type(type_)) if type_ else ""
                return self.tail(concat(f"asset {name.text}", typed, _located(locator)), body)[0]
            case ast.Policy(name, body):
                return self.tail(f"policy {name.text}", body)[0]
            case ast.Defaults(body):
                return self.tail("defaults", body)[0]
            case ast.Connection(name, kind, body):
                return self.tail(f"connection {name.text}: {kind.text}", body)[0]


def _located(locator: ast.Locator | None) -> str:
    if locator is None:
        return ""
    connected = f"@{locator.connection.name.text} " if locator.connection else ""
    return f" = {connected}{locator.path.spelling}"


def _on_lines(block: Doc) -> Doc:
    """A block that may have chosen one line, on several."""
    return Group(block.doc, broken=True) if isinstance(block, Group) else block
