import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

CHILD = "import sys, time; time.sleep(2.5); open(sys.argv[1], 'w').close()"


def stubborn() -> None:
    subprocess.Popen([sys.executable, "-c", CHILD, "late_child.txt"])
    subprocess.Popen([sys.executable, "-c", CHILD, "late_session.txt"], start_new_session=True)
    began = time.monotonic()
    while time.monotonic() < began + 2.5:
        with suppress(BaseException):
            time.sleep(0.1)
    Path("late_parent.txt").touch()


def left_behind() -> list[str]:
    time.sleep(2)
    return sorted(path.name for path in Path().glob("late_*.txt"))
