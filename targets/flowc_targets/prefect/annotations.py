"""Types as annotations of the params of a flow, which Prefect checks."""

from __future__ import annotations

from flowc.ir.types import Enum, Optional, Scalar, Type
from flowc.target.code import Code, needing
from flowc.target.literals import string
from flowc.target.types import spelled
from flowc_targets.project.annotations import annotation, nested


def parameter(kind: Type, low: Code | None, high: Code | None) -> Code:
    """The annotation of a flow's param, so that Prefect takes what the type allows and nothing else."""
    own = _strict(kind)
    if own is None:
        read = Code(f"read({string(spelled(kind))})", support=frozenset({"read"}))
        own = _with_metadata(annotation(kind), [read])
    ends = [f"{name}={end.text}" for name, end in (("ge", low), ("le", high)) if end is not None]
    if not ends:
        return own
    needed = [end for end in (low, high) if end is not None]
    field = needing(Code(f"Field({', '.join(ends)})"), "pydantic", "Field")
    for end in needed:
        field = Code(field.text, field.level, field.imports | end.imports, field.support | end.support)
    return _with_metadata(own, [field])


def _strict(kind: Type) -> Code | None:
    match kind:
        case Scalar(name="str"):
            return Code("str")
        case Scalar(name="int"):
            return Code("Int", support=frozenset({"Int"}))
        case Scalar(name="float"):
            return Code("Float", support=frozenset({"Float"}))
        case Scalar(name="bool"):
            return Code("Bool", support=frozenset({"Bool"}))
        case Enum():
            return annotation(kind)
        case Optional(item=Scalar() | Enum() as item):
            inner = _strict(item)
            return nested("{} | None", inner) if inner else None
        case _:
            return None


def _with_metadata(inner: Code, metadata: list[Code]) -> Code:
    text = f"Annotated[{', '.join(code.text for code in (inner, *metadata))}]"
    imports = frozenset({("typing", "Annotated")}).union(*(code.imports for code in (inner, *metadata)))
    return Code(text, imports=imports, support=inner.support.union(*(code.support for code in metadata)))
