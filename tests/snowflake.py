"""A stand-in for Snowflake for the tests: fakesnow's server, which listens on the loopback and ends with them."""

from __future__ import annotations

import atexit
import subprocess
import sys
from functools import cache

_SERVE = """
import sys
import fakesnow
with fakesnow.server() as told:
    print(told["port"], flush=True)
    sys.stdin.read()
"""


def database(name: str) -> str:
    """The address of a database, which is made when it is first asked; its schema is called `main`."""
    return f"snowflake://fake:snow@fakesnow/{name}/main?host=127.0.0.1&port={_port()}&protocol=http"


@cache
def _port() -> int:
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(server.kill)
    assert server.stdout is not None
    return int(server.stdout.readline())
