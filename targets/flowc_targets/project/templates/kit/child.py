"""The process of one call, for `process.apart`: reads what to call, and answers what came of it."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from importlib import import_module
from typing import Any

from .errors import failure
from .values import conform


def main(answer: int) -> None:
    """Read the request from standard input, call, and write the answer: a value, or a failure."""
    path, module, name, args, named, output = pickle.load(sys.stdin.buffer)
    sys.path[:] = path
    try:
        function: Any = import_module(module)
        for part in name.split("."):
            function = getattr(function, part)
        value = function(*args, **named)
        said = pickle.dumps((None if output is None else conform(value, output), None))
    except BaseException as error:
        traceback.print_exc()
        said = pickle.dumps((None, failure(error)))
    sys.stdout.flush()
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(said)


if __name__ == "__main__":
    main(int(sys.argv[1]))
