"""Python source laid out as black would, hundreds of times as fast: what a build of ten thousand tasks needs.

It is no formatter for what people write. What targets render is laid out already, but for empty lines and for lines
that are too long. So a line whose shape is known to stay is not looked into (`page`, `tokens`); others are read
(`statements`, `expressions`) and broken (`breaking`, `brackets`), and the empty lines are counted (`blanks`). What is
not certain is an OddError inside: black is asked for that statement alone (`asking`), or it is given the whole file.

All of it was found by watching black; `tests/unit/emit/test_layout.py` holds it against black on random programs.
"""

from flowc.emit.layout.line import WIDTH
from flowc.emit.layout.page import Page, page
from flowc.emit.layout.tokens import OddError

__all__ = ["WIDTH", "OddError", "Page", "page"]
