"""Programs of any size to measure with: layers of ten tasks, each with policies and two upstreams."""

from __future__ import annotations


def layered(tasks: int) -> str:
    """A file of `tasks` tasks in layers of ten; each reads two tasks of the layer above."""
    lines = [
        'flow big(region: str = "eu", full: bool = false) {',
        '  schedule daily, at: 06:00, tz: "Europe/Berlin"',
        "",
    ]
    lines += [_task(index) for index in range(tasks)]
    return "\n".join([*lines, "}", ""])


def _task(index: int) -> str:
    layer, place = divmod(index, 10)
    name = f"task t{index:05d}"
    if layer == 0:
        return f'  {name} = sh "echo #{{region}} {place}" -> str'
    above = [(layer - 1) * 10 + place, (layer - 1) * 10 + (place + 1) % 10]
    reads = " ".join(f"#{{t{each:05d}}}" for each in above)
    return f'  {name} = sh "echo {reads}" -> str {_CLAUSES[place % len(_CLAUSES)]}'.rstrip()


_CLAUSES = ("", "retry 3, delay: 30s, backoff: exponential", "timeout 15m", "retry 2 timeout 1h")
