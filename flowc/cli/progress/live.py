"""A run on a terminal, drawn anew as it goes on: what has ended, what runs, what waits and why."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from flowc.cli.progress.lines import first_line, line
from flowc.cli.progress.state import Ended, Event, Progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.text import Text

_SHOWN = 8  # of those that run, and of those that wait: more would scroll
_STYLES = {"succeeded": "green", "recovered": "yellow", "skipped": "dim", "failed": "bold red", "blocked": "red"}
_SIGNS = {"succeeded": "✓", "recovered": "✓", "skipped": "-", "failed": "✗", "blocked": "✗"}
_SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class LiveView:
    """Draws a run while `with` lasts; call it with each event."""

    def __init__(self, progress: Progress, stream: TextIO) -> None:
        self.progress = progress
        self._console, self._live = _screen(stream, lambda: drawn(progress, time.monotonic()))

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """What has ended scrolls by above the picture."""
        now = time.monotonic()
        mine = self.progress.take(event, now)
        if mine and event["event"] == "end":
            self._console.print(ended(event["task"], self.progress.ended[event["task"]]))
        elif _is_told(event) or (not mine and event["event"] == "finish"):
            self._console.print(line(event, self.progress, now) or "", style="dim", markup=False)


def _is_told(event: Event) -> bool:
    """Whether an event is no part of the picture, and has to be told of all the same."""
    return event["event"] in ("problem", "warning", "ask") or "executor" in event


def _screen(stream: TextIO, draw: Callable[[], RenderableType]) -> tuple[Console, Live]:
    from rich.console import Console
    from rich.live import Live

    console = Console(file=stream, highlight=False)
    return console, Live(console=console, get_renderable=draw, refresh_per_second=8, transient=True)


def ended(name: str, end: Ended) -> Text:
    """The line of an instance that has ended."""
    from rich.text import Text

    style = _STYLES.get(end.outcome, "")
    text = Text(f"  {_SIGNS.get(end.outcome, '?')} {name}  {end.outcome}", style=style)
    if end.attempts:
        text.append(f"  {duration(end.seconds)}", style="dim")
    if end.attempts > 1:
        text.append(f"  {end.attempts} attempts", style="dim")
    if end.outcome != "succeeded" and (end.message or "").strip():
        text.append(f"  {first_line(end.message or '')}")
    return text


def drawn(progress: Progress, now: float) -> RenderableType:
    """The picture: what runs, what waits and why, and how many of each there are."""
    from rich.console import Group
    from rich.text import Text

    rows: list[Text] = []
    spin = _SPIN[int(now * 8) % len(_SPIN)]
    for name, attempt in list(progress.running.items())[:_SHOWN]:
        state = "pause after attempt" if attempt.is_pause else "attempt"
        which = f"  {state} {attempt.number}" if attempt.number > 1 or attempt.is_pause else ""
        rows.append(Text.assemble((f"  {spin} ", "cyan"), name, (f"{which}  {duration(now - attempt.since)}", "dim")))
    waiting = list(progress.waiting())
    rows += _more(len(progress.running) - _SHOWN, "running")
    rows += [Text(f"  · {name}  {why}", style="dim") for name, why in waiting[:_SHOWN]]
    rows += _more(len(waiting) - _SHOWN, "waiting")
    counts = f"{len(progress.ended)} ended, {len(progress.running)} running, {len(waiting)} waiting"
    rows.append(Text(f"  {counts}, {duration(now - progress.started)}", style="bold"))
    return Group(*rows)


def _more(count: int, what: str) -> list[Text]:
    from rich.text import Text

    return [Text(f"    and {count} more {what}", style="dim")] if count > 0 else []


def duration(seconds: float) -> str:
    """`0.3s`, `2m 5s`, `3h 12m`."""
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest}s"
    return f"{minutes // 60}h {minutes % 60}m"
