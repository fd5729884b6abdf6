"""What the tasks of the flows do. What a task notes for another one lies in files of the project's folder."""

import logging
import os
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

CHILD = "import sys, time; time.sleep(6); open(sys.argv[1], 'w').close()"


def made(day: date, price: Decimal) -> dict[str, Any]:
    """A value of each kind that JSON has no word for, and JSON that is easily lost."""
    return {
        "at": datetime(day.year, day.month, day.day, 6, tzinfo=timezone(timedelta(hours=2))),
        "raw": b"\0\xffa",
        "note": {"n": 2**53 + 1, "of": [None, True, -0.5, 'it\'s "ä😀"']},
        "took": timedelta(minutes=90),
        "cost": price * 3,
    }


def told(at: datetime, raw: bytes, note: dict[str, Any], took: timedelta, cost: Decimal) -> str:
    """The types and texts of what has arrived."""
    return f"{at.isoformat()} {raw!r} {note['n']} {note['of']} {took} {cost!r}"


def busy(name: str) -> int:
    """How many attempts of that name are at work, this one included."""
    folder = Path("busy_" + name)
    folder.mkdir(exist_ok=True)
    mine = folder / uuid.uuid4().hex  # an engine may run attempts in threads of one process
    mine.touch()
    seen = 0
    for _ in range(5):
        time.sleep(0.1)
        seen = max(seen, len(list(folder.iterdir())))
    mine.unlink()
    return seen


def length_of_secret() -> int:
    """Says the secret wherever one can."""
    password = os.environ["PASSWORD"]
    print("the password is", password)
    print("the password is", password, file=sys.stderr)
    logging.getLogger("work").warning("the password is %s", password)
    subprocess.run("echo the password is $PASSWORD; echo and here $PASSWORD >&2", shell=True, check=True)
    return len(password)


def cannot_log_in() -> int:
    raise PermissionError(f"cannot log in with {os.environ['PASSWORD']}")


def fails(times: int) -> int:
    """Fails that often, and notes when."""
    with Path("began.txt").open("a") as file:
        file.write(f"{time.time()}\n")
    attempts = len(Path("began.txt").read_text().split())
    if attempts <= times:
        raise RuntimeError(f"attempt {attempts}")
    return attempts


def pauses() -> bool:
    """Whether the attempts began with the pauses of two and four seconds in between."""
    began = [float(line) for line in Path("began.txt").read_text().split()]
    found = [later - earlier for earlier, later in pairwise(began)]
    return len(found) == 2 and found[0] > 1.98 and found[1] > 3.98


def hangs() -> None:
    """Swallows all that is raised in it; its children are of its session and of one of their own."""
    subprocess.Popen([sys.executable, "-c", CHILD, "late_child.txt"])
    subprocess.Popen([sys.executable, "-c", CHILD, "late_session.txt"], start_new_session=True)
    began = time.monotonic()
    while time.monotonic() < began + 6:
        with suppress(BaseException):
            time.sleep(0.1)
    Path("late_parent.txt").touch()


def left_behind() -> list[str]:
    time.sleep(5)
    return sorted(path.name for path in Path().glob("late_*.txt"))


def plus(a: int, b: int) -> int:
    return a + b


def whole_minute(at: datetime) -> bool:
    return at.second == 0 and at.microsecond == 0
