"""A script whose wait is broken off is stopped and waited for: it leaves no process, and nobody complains of one."""

import gc
import os
import signal
import time
from pathlib import Path
from types import FrameType

import pytest

from flowc.runtime import shell


class Enough(BaseException):
    """What breaks off the wait."""


def test_the_script_is_stopped_and_waited_for(tmp_path: Path) -> None:
    def enough(number: int, frame: FrameType | None) -> None:
        raise Enough

    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(Enough):
            shell.run(f"echo $$ > {tmp_path / 'pid'}; trap '' TERM; while :; do sleep 0.1; done")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    gc.collect()
    time.sleep(0.05)
    with pytest.raises(ProcessLookupError):  # a process that nobody waited for would still be there, as a zombie
        os.kill(int((tmp_path / "pid").read_text()), 0)
