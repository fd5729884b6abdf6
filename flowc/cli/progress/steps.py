"""What takes long, step by step: a line that turns while it lasts on a terminal, plain lines for pipes and logs."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

from attrs import frozen


@frozen
class Steps:
    """Steps told on `stream`; `is_live` where it is a terminal."""

    stream: TextIO
    is_live: bool
    wide: int = 8

    @contextmanager
    def step(self, name: str, doing: str, done: str) -> Generator[None]:
        """One step, told when it begins and when it has ended well, with the seconds that it took."""
        began = time.monotonic()
        if self.is_live:
            with _turning(self.stream, f"{name:<{self.wide}} {doing}"):
                yield
        else:
            self.say(f"{name:<{self.wide}} {doing}")
            yield
        self.say(f"{name:<{self.wide}} {done}, {time.monotonic() - began:.1f}s")

    def say(self, text: str) -> None:
        """A line."""
        self.stream.write(text + "\n")
        self.stream.flush()


@contextmanager
def _turning(stream: TextIO, text: str) -> Generator[None]:
    """A line that shows that it goes on, and for how long already; gone when it has ended."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream, highlight=False), transient=True) as progress:
        progress.add_task(text, total=None)
        yield
