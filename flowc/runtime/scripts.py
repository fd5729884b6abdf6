"""Shell scripts as children of the runner itself: a task of `sh` costs its own process alone, and no worker's time.

So it is where a descriptor tells of a child's end (Linux); elsewhere workers run scripts. A guard, a process of its
own, ends them when the runner dies.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from . import processes, shell
from .attempts import Result, Success
from .errors import ExitStatus, failure
from .execute import fit

if TYPE_CHECKING:
    from .executor import Work

CAN = hasattr(os, "pidfd_open")
"""Whether this system can."""
_CHUNK = 1 << 16
"""Bytes of a piece: as many as a pipe holds."""
_DEFAULT = (signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that Python ignores, and a script does not."""


class Scripts:
    """The scripts of a runner that go on."""

    def __init__(self, root: Path, mark: str, selector: selectors.BaseSelector) -> None:
        self.root = str(root)
        self.mark = mark
        self.selector = selector
        self.going: dict[ScriptTurn, None] = {}
        self.pipes: dict[Pipe, None] = {}
        self._environment: dict[str, str] = {}
        self._count = 0
        self._null = self._lifeline = -1
        self._guard: subprocess.Popen[bytes] | None = None

    def spawn(self, script: str, env: dict[str, str], printed: int, output: int) -> int:
        """Start a script, with these as its standard output and error; the number of its process.

        Each has a mark of its own, which all that it starts inherits.
        """
        if self._guard is None:
            self._guard = self._prepare()
        self._count += 1
        away = "" if os.getcwd() == self.root else f"cd {shell.quoted(self.root)}; "
        return os.posix_spawn(
            "/bin/sh",
            ["/bin/sh", "-ec", away + script],
            {**self._environment, **env, processes.MARK: f"{self.mark}.s{self._count}"},
            file_actions=[(os.POSIX_SPAWN_DUP2, given, end) for end, given in enumerate((self._null, printed, output))],
            setsid=True,
            setsigdef=_DEFAULT,
        )

    def stop(self, turns: list[ScriptTurn]) -> None:
        """End scripts, and all that they started; those that are over already are no matter."""
        going = [turn for turn in turns if turn in self.going]
        if going:
            processes.stop(*(turn.process for turn in going))
        for turn in going:
            turn.lose()
            turn.log.close()

    def dismiss(self) -> None:
        """End what goes on. What a script has left in the background stays."""
        self.stop(list(self.going))
        for pipe in list(self.pipes):
            pipe.close()
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            self._guard = None
            os.close(self._lifeline)
            os.close(self._null)

    def _prepare(self) -> subprocess.Popen[bytes]:
        """Start the guard: when the pipe closes this process has died, and it ends all scripts."""
        self._environment = dict(os.environ)
        self._null = os.open(os.devnull, os.O_RDWR)
        lifeline, self._lifeline = os.pipe()
        guard = subprocess.Popen(
            [sys.executable, "-IS", processes.__file__, "guard", self.mark],
            stdin=lifeline,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(lifeline)
        return guard


class Pipe:
    """What a script writes, read as it comes. `take` gets it, until the attempt is over."""

    def __init__(self, scripts: Scripts, take: Callable[[bytes], None]) -> None:
        self.scripts = scripts
        self.take: Callable[[bytes], None] | None = take
        self._end, self.other = os.pipe()
        os.set_blocking(self._end, False)
        scripts.selector.register(self._end, selectors.EVENT_READ, self._read)
        scripts.pipes[self] = None

    def leave(self) -> None:
        """Take what is there, and nothing more. Who still writes in the background is read, and not ended by it.

        A pipe holds no more than one piece, so what was written before the script's end is in the first.
        """
        if self._read():
            self.take = None
            self._read()
        self.take = None

    def close(self) -> None:
        """Hear no more."""
        if self._end >= 0:
            self.scripts.selector.unregister(self._end)
            os.close(self._end)
            self._end = -1
            self.scripts.pipes.pop(self)

    def _read(self) -> bool:
        """Whether there may be more at once."""
        if self._end < 0:
            return False
        try:
            piece = os.read(self._end, _CHUNK)
        except BlockingIOError:
            return False
        if not piece:
            self.close()
        elif self.take:
            self.take(piece)
        return bool(piece)


class ScriptTurn:
    """An attempt of a script."""

    def __init__(self, scripts: Scripts, work: Work) -> None:
        self.scripts = scripts
        self.work = work
        self.request = request = work.request
        self.log = work.log
        self._said: list[bytes] = []
        env: dict[str, str] = dict(request["env"])
        wanted: str | None = request["output"]
        self.makes_path = wanted is not None and shell.is_path(wanted)
        if self.makes_path:
            env["FLOW_OUT"] = str(shell.clear(request["out"], scripts.root))
        self.pipes = [Pipe(scripts, self.log.write)]
        if wanted is not None and not self.makes_path:
            self.pipes.append(Pipe(scripts, self._said.append))
        try:
            self.process = scripts.spawn(request["script"], env, self.pipes[-1].other, self.pipes[0].other)
        finally:
            for pipe in self.pipes:
                os.close(pipe.other)
        self._end = os.pidfd_open(self.process)
        scripts.selector.register(self._end, selectors.EVENT_READ, self._ended)
        scripts.going[self] = None

    def stop(self) -> None:
        self.scripts.stop([self])

    def lose(self) -> int:
        """The process has ended: take what it wrote, and hear no more of it. How it ended, as `ExitStatus` has it."""
        scripts = self.scripts
        del scripts.going[self]
        scripts.selector.unregister(self._end)
        os.close(self._end)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        for pipe in self.pipes:
            pipe.leave()
        self.log.write(b"".join(self._said))
        return code if code >= 0 else 128 - code

    def _ended(self) -> None:
        if self not in self.scripts.going:
            return
        try:
            result: Result = Success(self._value(self.lose()))
        except Exception as error:
            self.log.write(f"{error}\n".encode())
            result = failure(error)
        self.log.close()
        self.work.over(result)

    def _value(self, code: int) -> str | None:
        """What the script gives, as its text; ExitStatus, or Mismatch where it is not what was declared."""
        if code:
            raise ExitStatus(code)
        output: str | None = self.request["output"]
        if output is None:
            return None
        if self.makes_path:
            return fit(shell.made(self.request["out"], output, self.scripts.root), self.request)
        return fit(shell.read(b"".join(self._said), output), self.request)
