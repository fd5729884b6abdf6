"""The `Desk` that kinds read their operands at: expressions, arguments, connections, Python symbols, other flows."""

from __future__ import annotations

from attrs import define, evolve, field

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Text
from flowc.ir.types import Type
from flowc.kinds import Formal, PythonSignature
from flowc.kinds.base import Holes
from flowc.sema.arguments import bind_typed
from flowc.sema.connections import KINDS
from flowc.sema.context import Context
from flowc.sema.expressions import expected, typed_text
from flowc.sema.python_world import PythonWorld
from flowc.sema.scope import ConnectionSymbol, Names
from flowc.sema.signatures import Signatures
from flowc.source import Span
from flowc.syntax import ast


@define(eq=False)
class TaskDesk:
    """The desk of one task."""

    context: Context
    signatures: Signatures
    python_world: PythonWorld
    assets: tuple[str, ...] = ()
    users: tuple[Names, ...] = ()
    runs: list[str] = field(factory=list[str])

    def typed(self, expr: ast.Expr, want: Type | None = None, *, holes: Holes = "text") -> Expr:
        return expected(expr, self._holes(holes), want)

    def text(self, operand: ast.Text, holes: Holes) -> Text:
        return typed_text(operand, self._holes(holes), holes)

    def text_operand(self, operand: ast.Text | ast.Invocation, holes: Holes) -> Text | None:
        if isinstance(operand, ast.Text):
            return self.text(operand, holes)
        path = operand.args[0].value if operand.args and len(operand.args) == 1 else None
        if operand.callee.text != "file" or not isinstance(path, ast.Text) or path.plain is None:
            helps = ('write it in quotes: "..."', 'or name a file that holds it: file("scripts/load.sh")')
            self.report("FLOW301", 'a text or `file("...")` stands here', operand.span, helps=helps)
            return None
        text = self.context.world.file_text(path.plain)
        if text is None:
            self._no_file(path)
            return None
        return self.text(self.context.world.parse_holes(text, path.plain), holes)

    def _no_file(self, path: ast.Text) -> None:
        place = self.python_world.root / (path.plain or "")
        if place.exists():
            is_folder = place.is_dir()
            said = f"`{path.plain}` is a folder, not a file" if is_folder else f"`{path.plain}` is not UTF-8"
            helps = () if is_folder else (f"save it as UTF-8:  iconv -f latin1 -t utf-8 {path.plain}",)
            self.context.problems.add("FLOW824" if is_folder else "FLOW116", said, path.span, helps=helps)
            return
        near = self.python_world.files_near(path.plain or "")
        helps = (f"did you mean `{near}`?",) if near else ()
        self.context.problems.add(
            "FLOW824",
            f"file `{path.plain}` is not found",
            path.span,
            helps=helps,
            notes=("paths count from the project's folder",),
        )

    def _holes(self, holes: Holes) -> Context:
        return evolve(self.context, allows=self.context.allows | {"sql"}) if holes == "sql" else self.context

    # -------------------------------------------------------------- arguments

    def bind(self, args: tuple[ast.Arg, ...], formals: tuple[Formal, ...], callee: str, at: Span) -> dict[str, Expr]:
        return bind_typed(formals, args, self.context, at, callee=f"`{callee}`") or {}

    # -------------------------------------------------------------- connections

    def connection(self, ref: ast.ConnectionRef | None, kinds: tuple[str, ...], at: Span, code: str) -> str | None:
        if ref is not None:
            return self._named_connection(ref, kinds)
        fitting = self._fitting(kinds)
        from_assets = {
            held
            for asset in self.assets
            if (held := self.signatures.connection_of_asset(asset)) and self.signatures.kind_of(held) in kinds
        }
        if len(from_assets) == 1:
            return from_assets.pop()
        if len(fitting) == 1:
            return fitting[0]
        wanted = " or ".join(f"`{kind}`" for kind in kinds[:3])
        if fitting:
            names = ", ".join(f"`@{name}`" for name in fitting)
            self.report(code, f"several connections fit here: {names}", at, helps=(f"name one: `@{fitting[0]}`",))
        else:
            self.report(
                code,
                f"there is no connection of kind {wanted}",
                at,
                helps=(f"declare one: `connection name: {kinds[0]} {{ ... }}`",),
            )
        return None

    def _fitting(self, kinds: tuple[str, ...]) -> list[str]:
        """What the file offers; for a template whose own file has none, what the file of its use does."""
        for names in (self.context.names, *reversed(self.users)):
            found = self.signatures.connections(names, kinds)
            if found:
                return found
        return []

    def _named_connection(self, ref: ast.ConnectionRef, kinds: tuple[str, ...]) -> str | None:
        name = ref.name.text
        symbol = self.context.names.find(name)
        if not isinstance(symbol, ConnectionSymbol):
            resolved = self.signatures.bound_connection(symbol)
            if resolved is None:
                near = closest(name, self.signatures.connections(self.context.names, ()))
                helps = (f"did you mean `@{near}`?",) if near else (f"declare it: `connection {name}: ...`",)
                self.report("FLOW803", f"connection `{name}` is not declared", ref.span, helps=helps)
                return None
            symbol = resolved
        self.context.on_read(symbol)
        if symbol.kind not in KINDS:
            return None  # told where it is declared
        if symbol.kind not in kinds:
            wanted = " or ".join(kinds)
            self.context.problems.add(
                "FLOW804",
                f"`{symbol.name}` is a connection of kind `{symbol.kind}`, not {wanted}",
                ref.span,
                related=[Label(symbol.span, "declared here")],
            )
            return None
        return symbol.name

    def setting(self, connection: str, name: str) -> Expr | None:
        return self.signatures.setting(connection, name)

    # -------------------------------------------------------------- outside and beside

    def python(self, function: ast.ModuleRef, args: tuple[ast.Arg, ...]) -> PythonSignature | None:
        return self.python_world.signature(function, args, self.context.problems)

    def flow(self, callee: ast.Dotted) -> tuple[str, tuple[Formal, ...]] | None:
        symbol = self.signatures.called(callee, self.context)
        if symbol is None:
            return None
        self.runs.append(symbol.name)
        return symbol.name, self.signatures.formals(symbol.name)

    def report(self, code: str, message: str, at: Span, *, label: str = "", helps: tuple[str, ...] = ()) -> None:
        self.context.problems.add(code, message, at, label=label, helps=helps)
