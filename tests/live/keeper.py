"""Ends all processes that have a mark in their environment, once its standard input is at an end.

Called as `python keeper.py NAME VALUE`. Whoever holds the other end of the pipe may have ended in any way, a kill
included: this process is in a session of its own, and no signal to a terminal's group reaches it.
"""

import os
import sys
import time

import psutil

PATIENCE = 20.0


def main(name: str, value: str) -> None:
    sys.stdin.read()
    end = time.monotonic() + PATIENCE
    while (found := marked(name, value)) and time.monotonic() < end:
        for process in found:
            end_one(process)
        time.sleep(0.2)


def marked(name: str, value: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and bears(process, name, value)]


def bears(process: psutil.Process, name: str, value: str) -> bool:
    try:
        return process.environ().get(name) == value and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end_one(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
