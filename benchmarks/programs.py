"""Programs of any size to measure with: layers of ten tasks, each with policies and two upstreams."""

from __future__ import annotations

_CLAUSES = ("", "retry 3, delay: 30s, backoff: exponential", "timeout 15m", "retry 2 timeout 1h")


def layered(tasks: int) -> str:
    """A file of `tasks` tasks in layers of ten; each reads two tasks of the layer above."""
    lines = [
        'flow big(region: str = "eu", full: bool = false) {',
        '  schedule daily, at: 06:00, tz: "Europe/Berlin"',
        "",
    ]
    lines += [_task(index) for index in range(tasks)]
    return "\n".join([*lines, "}", ""])


def above(index: int) -> list[int]:
    """The tasks that a task reads, by their numbers; none in the first layer."""
    layer, place = divmod(index, 10)
    return [(layer - 1) * 10 + place, (layer - 1) * 10 + (place + 1) % 10] if layer else []


def clauses(index: int) -> str:
    """What is said of a task beside what it does."""
    return _CLAUSES[index % 10 % len(_CLAUSES)] if index >= 10 else ""


def _task(index: int) -> str:
    name = f"task t{index:05d}"
    if not above(index):
        return f'  {name} = sh "echo #{{region}} {index % 10}" -> str'
    reads = " ".join(f"#{{t{each:05d}}}" for each in above(index))
    return f'  {name} = sh "echo {reads}" -> str {clauses(index)}'.rstrip()
