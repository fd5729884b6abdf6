"""Python functions that a flow names: found, called rightly, and what they give (FLOW821 to FLOW826)."""

from __future__ import annotations

from pathlib import Path

from attrs import define, field

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.actions import Python
from flowc.ir.expr import Lit
from flowc.ir.types import ANY, NOTHING, Record, Type
from flowc.kinds import PythonSignature
from flowc.sema.outside.calls import Missing, TooMany, Twice, Unknown, bind_call, check_call
from flowc.sema.outside.fits import accepts, gives, gives_several
from flowc.sema.outside.python import ModuleNotFound, NotCallable, PythonIndex, SymbolNotFound, Unreadable
from flowc.sema.outside.signatures import PythonFunction
from flowc.sema.types import transportable
from flowc.syntax import ast


@define(eq=False)
class PythonWorld:
    """The Python of one project; every file is read at most once."""

    root: Path
    _index: PythonIndex = field(init=False)
    _known: dict[tuple[str, str], PythonSignature | None] = field(factory=dict[tuple[str, str], PythonSignature | None])

    def __attrs_post_init__(self) -> None:
        self._index = PythonIndex((self.root,))

    def seen(self) -> set[Path]:
        """The files and folders that the answers depend on."""
        return self._index.seen()

    def signature(
        self, function: ast.ModuleRef, args: tuple[ast.Arg, ...], problems: Problems
    ) -> PythonSignature | None:
        """What the function gives, after what is wrong with it or with the call was reported."""
        found = self._index.function(function.module, function.symbol)
        match found:
            case ModuleNotFound(near=best):
                self._module_missing(function, best, problems)
            case SymbolNotFound(near=best):
                problems.add(
                    "FLOW822",
                    f"module `{function.module}` has no `{function.symbol}`",
                    function.span,
                    helps=(f"did you mean `{function.module}:{best}`?",) if best else (),
                )
            case NotCallable(kind=kind):
                problems.add("FLOW825", f"`{function.symbol}` is {kind}, not a function", function.span)
            case Unreadable():
                problems.add(
                    "FLOW821",
                    f"module `{function.module}` cannot be read: {found.message}",
                    function.span,
                    helps=(f"look at line {found.line} of {self._shown(found.path)}",),
                )
            case PythonFunction():
                return self._function(found, function, args, problems)
        return None

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else path.name

    def _module_missing(self, function: ast.ModuleRef, best: str | None, problems: Problems) -> None:
        path = function.module.replace(".", "/") + ".py"
        problems.add(
            "FLOW821",
            f"Python module `{function.module}` is not found",
            function.span,
            helps=(f"did you mean `{best}:{function.symbol}`?",) if best else (),
            notes=(f"it would be `{path}` in the project's folder, or an installed package",),
        )

    def _function(
        self, found: PythonFunction, function: ast.ModuleRef, args: tuple[ast.Arg, ...], problems: Problems
    ) -> PythonSignature | None:
        if found.is_async or found.is_generator:
            what = "asynchronous" if found.is_async else "a generator"
            problems.add(
                "FLOW825",
                f"`{function.symbol}` is {what}",
                function.span,
                helps=("call a plain function that runs it",),
            )
            return None
        if "." in function.symbol and found.parameters and found.parameters[0].name == "self":
            problems.add(
                "FLOW825",
                f"`{function.symbol}` is a method, and there is no object to call it on",
                function.span,
                helps=("call a plain function that makes the object",),
            )
            return None
        self._call(found, function, args, problems)
        for effect in self._index.effects(function.module):
            problems.add(
                "FLOW826",
                f"importing `{function.module}` {effect.why}",
                function.span,
                notes=(f"{effect.call} in line {effect.line}; engines import it again and again",),
            )
        given: Type | None = found.type
        if given is not None and given != NOTHING and transportable(given) is not None:
            given = None
        return PythonSignature(None if given == NOTHING else given, given == NOTHING)

    def _call(
        self, found: PythonFunction, function: ast.ModuleRef, args: tuple[ast.Arg, ...], problems: Problems
    ) -> None:
        positional = [arg for arg in args if arg.name is None]
        named = {arg.name.text: arg for arg in args if arg.name is not None}
        for problem in check_call(found, len(positional), list(named)):
            name = f"`{function.symbol}`"
            match problem:
                case TooMany(index=index, allowed=allowed):
                    problems.add("FLOW823", f"{name} takes {allowed} values without a name", positional[index].span)
                case Unknown(keyword=keyword, near=best):
                    helps = (f"did you mean `{best}:`?",) if best else ()
                    problems.add("FLOW823", f"{name} has no parameter `{keyword}`", named[keyword].span, helps=helps)
                case Twice(keyword=keyword):
                    problems.add("FLOW823", f"`{keyword}` of {name} is given twice", named[keyword].span)
                case Missing(names=names):
                    shown = ", ".join(f"`{missing}`" for missing in names)
                    problems.add("FLOW823", f"{name} needs {shown}", function.span)

    def judge(
        self,
        stmt: ast.PythonAction,
        action: Python,
        output: Type | None,
        declared: ast.Type | None,
        problems: Problems,
        *,
        several: bool,
    ) -> None:
        """FLOW823: arguments and the declared output against the annotations."""
        found = self._index.function(stmt.function.module, stmt.function.symbol)
        if not isinstance(found, PythonFunction) or not found.has_known_signature:
            return
        positional = [arg for arg in action.args if arg.name is None]
        named = [arg for arg in action.args if arg.name is not None]
        bound = bind_call(found, len(positional), [arg.name or "" for arg in named])
        for arg, parameter in zip((*positional, *named), (*bound.positional, *bound.keywords), strict=False):
            if parameter is None or parameter.hint is None or arg.value.type == ANY:
                continue
            literal = arg.value.value if isinstance(arg.value, Lit) and isinstance(arg.value.value, str) else None
            if not accepts(parameter.hint, arg.value.type, literal):
                takes = f"`{parameter.name}` of `{stmt.function.symbol}` takes {parameter.annotation}"
                problems.add("FLOW823", f"{takes}, found {arg.value.type}", arg.value.at or stmt.span)
        if declared is None or output is None or found.returns is None:
            return
        fields = tuple(field.type for field in output.fields) if several and isinstance(output, Record) else None
        fits = gives_several(found.returns, fields) if fields is not None else gives(found.returns, output)
        if not fits:
            problems.add(
                "FLOW823",
                f"`{stmt.function.symbol}` returns {found.returns.text}, and the task gives {output}",
                declared.span,
            )

    def files_near(self, path: str) -> str | None:
        """A file of the project whose path looks like this one."""
        suffix = Path(path).suffix
        files = (str(file.relative_to(self.root)) for file in self.root.rglob(f"*{suffix}") if file.is_file())
        return closest(path, files)
