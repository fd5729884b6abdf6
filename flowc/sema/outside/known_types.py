"""Names of Python's own types, and numpy's scalars, and the types of the language that stand for them."""

from __future__ import annotations

from flowc.ir.types import BOOL, BYTES, DATE, DATETIME, DURATION, FLOAT, INT, JSON, PATH, STR, TIME, Type
from flowc.sema.outside.hints import ANY_DECIMAL

_NUMPY_INTS = [f"numpy.{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
TYPES: dict[str, Type] = {
    "builtins.int": INT,
    "builtins.float": FLOAT,
    "builtins.bool": BOOL,
    "builtins.str": STR,
    "builtins.bytes": BYTES,
    "builtins.dict": JSON,
    "builtins.list": JSON,
    "builtins.tuple": JSON,
    "builtins.object": JSON,
    "typing.Any": JSON,
    "typing.AnyStr": STR,
    "typing.LiteralString": STR,
    "typing.Text": STR,
    "datetime.date": DATE,
    "datetime.time": TIME,
    "datetime.datetime": DATETIME,
    "datetime.timedelta": DURATION,
    "decimal.Decimal": ANY_DECIMAL,
    "pathlib.Path": PATH,
    "pathlib.PosixPath": PATH,
    "pathlib.PurePath": PATH,
    "pathlib.PurePosixPath": PATH,
    "os.PathLike": PATH,
    "numbers.Integral": INT,
    "numbers.Real": FLOAT,
    **dict.fromkeys([*_NUMPY_INTS, "numpy.integer"], INT),  # rule 15: numpy scalars are numbers
    **dict.fromkeys(["numpy.float16", "numpy.float32", "numpy.float64", "numpy.floating"], FLOAT),
    **dict.fromkeys(["numpy.bool_", "numpy.bool"], BOOL),
    **dict.fromkeys(["numpy.str_"], STR),
}
LISTS = ("list", "List", "Sequence", "MutableSequence", "Collection", "Iterable", "Container")
MAPS = ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict")
TUPLES = ("tuple", "Tuple")
WRAPPERS = ("Annotated", "Final", "ClassVar", "Required", "ReadOnly", "Awaitable", "TypeGuard")
# No value of the language arrives as one of these, and none can be returned.
NEVER = (
    *("set", "frozenset", "Set", "FrozenSet", "MutableSet", "AbstractSet", "complex", "Iterator", "Generator", "type"),
    *("AsyncIterator", "AsyncGenerator", "AsyncIterable", "Callable", "Type", "Enum", "slice", "memoryview"),
)
TYPING = ("builtins", "typing", "typing_extensions", "collections", "collections.abc", "enum")
