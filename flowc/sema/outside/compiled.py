"""Functions of the standard library that have no source text, such as `builtins:sum`.

These alone are looked at as objects: their modules are part of Python, so importing one runs nothing of the user's.
"""

from __future__ import annotations

from importlib import import_module
from inspect import Parameter as Given
from inspect import getdoc, isclass, signature
from typing import cast

from flowc.ir.types import BOOL, FLOAT, INT, STR, Type
from flowc.sema.outside.hints import Hint
from flowc.sema.outside.modules import Compiled
from flowc.sema.outside.signatures import Parameter, ParameterKind, PythonFunction

_KINDS: dict[int, ParameterKind] = {
    Given.POSITIONAL_ONLY: "positional_only",
    Given.POSITIONAL_OR_KEYWORD: "positional",
    Given.VAR_POSITIONAL: "var_positional",
    Given.KEYWORD_ONLY: "keyword",
    Given.VAR_KEYWORD: "var_keyword",
}
_RESULTS: dict[str, Type] = {
    "all": BOOL,
    "any": BOOL,
    "ascii": STR,
    "bin": STR,
    "bool": BOOL,
    "chr": STR,
    "float": FLOAT,
    "format": STR,
    "hex": STR,
    "int": INT,
    "len": INT,
    "oct": STR,
    "ord": INT,
    "repr": STR,
    "str": STR,
}


def has_name(module: Compiled, name: str) -> bool:
    """Whether a module of Python's own defines the name; False of others, which are not imported."""
    return module.is_stdlib and hasattr(import_module(module.name), name)


def compiled_function(module: Compiled, name: str) -> PythonFunction | None:
    """The function of that name; None if the module has none. Of modules that are not Python's own nothing is known."""
    if not module.is_stdlib:
        return PythonFunction(module.name, name, has_known_signature=False)
    found: object = import_module(module.name)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        return None
    result = _RESULTS.get(name) if module.name == "builtins" else None
    doc = (getdoc(found) or "").splitlines()
    parameters = _parameters(found)
    return PythonFunction(
        module.name,
        name,
        parameters=parameters or (),
        returns=Hint(str(result), (result,)) if result else None,
        is_class=isclass(found) and result is None,
        doc=doc[0] if doc else "",
        has_known_signature=parameters is not None,
    )


def _parameters(function: object) -> tuple[Parameter, ...] | None:
    try:
        given = signature(cast("type", function)).parameters.values()
    except (TypeError, ValueError):  # many compiled functions do not tell
        return None
    return tuple(Parameter(p.name, _KINDS[p.kind], None, p.default is not Given.empty) for p in given)
