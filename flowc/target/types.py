"""Types as the runtime reads them: `flowc.runtime.types.read(spelled(type))`."""

from __future__ import annotations

import json

from flowc.ir.types import Enum, ListOf, MapOf, Optional, Record, Special, Table, Type


def spelled(kind: Type) -> str:
    """The type in full, without the names of schemas and enums: `"list[(ccy: str, rate: decimal(18, 8))]"`."""
    match kind:
        case ListOf(item=item):
            return f"list[{spelled(item)}]"
        case MapOf(key=key, value=value):
            return f"map[{spelled(key)}, {spelled(value)}]"
        case Optional(item=Enum() as item):
            return f"({spelled(item)})?"
        case Optional(item=item):
            return f"{spelled(item)}?"
        case Enum(members=members):
            return " | ".join(json.dumps(member, ensure_ascii=False) for member in members)
        case Record(fields=fields):
            return "(" + ", ".join(f"{field.name}: {spelled(field.type)}" for field in fields) + ")"
        case Table() | Special(name="asset"):
            return "table"
        case Special(name="null" | "nothing" | "connection"):
            return "any"
        case _:
            return str(kind)
