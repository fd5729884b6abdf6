"""What the tasks of random flows call: laid beside them as `fuzz_work.py`. It needs nothing but Python."""

import json
import zlib
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

VALUES = {
    "int": 9007199254740993,
    "float": 3,
    "bool": True,
    "text": 'caf\u00e9 "a"\n\\ #{x} $HOME {{ y }}',
    "map": {"b": 2, "a": None},
    "date": date(2024, 2, 29),
    "datetime": datetime(2024, 1, 1, 6, 0, tzinfo=timezone(timedelta(hours=1))),
    "duration": timedelta(hours=1, minutes=30),
    "decimal": Decimal("1.50"),
    "bytes": b"\x00\xff",
    "path": Path("data/a b.csv"),
    "null": None,
    "pair": (7, "seven"),
    "silent": "nobody sees this",
}
"""What tasks return, by kind."""


def act(name, kind, *given):
    """Do what `does.json` says; with kind `names` the value tells what was given, with a number it is a list."""
    behaviour = json.loads(Path("does.json").read_text()).get(name, "succeeds")
    tried = Path("tried_" + name.replace("/", "-").replace(":", "+"))
    if behaviour == "recovers" and not tried.exists():
        tried.touch()
        raise RuntimeError("the first attempt")
    if behaviour == "fails":
        raise RuntimeError("every attempt")
    if kind.isdigit():
        return [str(number) for number in range(int(kind))]
    return [name, told(list(given))] if kind == "names" else VALUES[kind]


def told(value):
    """A text that shows a value and its type; long ones are shortened."""
    found = _told(value)
    return found if len(found) <= 160 else f"{found[:120]}~{zlib.crc32(found.encode())}"


def _told(value):
    if isinstance(value, list):
        return f"[{', '.join(map(_told, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_told(value[name])}' for name in sorted(value))}}}"
    if isinstance(value, str):
        return value
    name = "path" if isinstance(value, Path) else type(value).__name__
    return "null" if value is None else f"{name} {value}"
