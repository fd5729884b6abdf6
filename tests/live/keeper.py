"""Ends all processes of a test's servers, once its standard input is at an end.

Called as `python keeper.py NAME VALUE`, the mark that they have in their environment. A line on standard input is the
id of a server, which leads a session. A process that has gone into another session has the mark still; one that has
written its title over its environment, as Airflow's do, is in the session still.

Whoever holds the other end of the pipe may have ended in any way, a kill included: this process is in a session of its
own, and no signal to a terminal's group reaches it.
"""

import os
import sys
import time

import psutil

PATIENCE = 20.0


def main(name: str, value: str) -> None:
    sessions = {int(line) for line in sys.stdin}
    end = time.monotonic() + PATIENCE
    while (found := theirs(name, value, sessions)) and time.monotonic() < end:
        for process in found:
            end_one(process)
        time.sleep(0.2)


def theirs(name: str, value: str, sessions: set[int]) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if is_alive(each) and is_theirs(each, name, value, sessions)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def is_theirs(process: psutil.Process, name: str, value: str, sessions: set[int]) -> bool:
    try:
        return os.getsid(process.pid) in sessions or process.environ().get(name) == value
    except (OSError, psutil.Error):
        return False


def end_one(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
