"""A run as plain lines, for pipes and logs: one when something starts, fails or ends."""

from __future__ import annotations

from flowc.cli.progress.state import Event, Progress


def line(event: Event, progress: Progress, now: float) -> str | None:
    """What to print of an event that `progress` has taken in; None for nothing."""
    said = _said(event, progress, now)
    if said is None:
        return None
    flow = "" if event["run"] == progress.run else f"{event['flow']}: "
    return f"{now - progress.started:8.1f}s  {flow}{said}"


def _said(event: Event, progress: Progress, now: float) -> str | None:
    name = event.get("task", "")
    message = f": {first_line(event['message'])}" if event.get("message") else ""
    match event["event"]:
        case "run" | "resume":
            verb = "goes on" if event["event"] == "resume" else "begins"
            where = f", on {event['executor']}" if "executor" in event else ""
            return f"{event['flow']} {verb}, run {event['run']}{where}"
        case "start":
            return f"{name} starts" if event["attempt"] == 1 else f"{name} starts, attempt {event['attempt']}"
        case "failure" if event.get("retries"):
            return f"{name} failed attempt {event['attempt']}, will try again{message}"
        case "end":
            return f"{name} {event['outcome']}{message if event['outcome'] != 'succeeded' else ''}"
        case "ask":
            return f"{name} asks{message} (`flowc runs approve {event['run']}`, or with --no)"
        case "warning":
            return f"{name} warns{message}"
        case "problem":
            return f"{event['where']} cannot be evaluated{message}"
        case "finish" if event["run"] != progress.run:  # the run's own end is told at more length
            return f"{event['flow']} {event['outcome']}{message}"
        case _:
            return None


def first_line(message: str) -> str:
    """The first line of a message that has one."""
    return message.strip().splitlines()[0] if message.strip() else ""
