"""The stories of tests/conformance: a folder each, with one trace that every engine must give.

`main.flow` tells in its first comment what the story is about; beside it lie the Python, SQL and data that it needs.
`trace.txt` is written by hand, from the contract. `story.toml` says the rest:

    rules = [6, 11, "traces"]       # of the contract, what the story shows
    flow = "parent"                 # which flow, if there are several
    at = "2024-05-01T20:30Z"        # the instant that the run stands for
    event = '{"n": 1}'               # what starts the run, as JSON
    partition = "eu"                # the one that it works on
    server = "base"                 # the param that takes the address of the local server
    refused = "param n"             # natively there is no run, for this reason; an engine may start one that is blocked
    [params]                        # as on a command line
    [values]                        # as an engine gets them
    [env]                           # variables; `@server`, and of empty databases `@postgres`, `@snowflake`: addresses
    [secrets]                       # variables that may stand nowhere afterwards
    [refuses]                       # engine = what its target says of a flow that it cannot say
    [differs]                       # engine, or "engine 1.2.3" = why it gives another trace
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc.ir.graph import Program
from flowc.verify import Request
from tests import postgres, snowflake

FOLDER = Path(__file__).parent / "conformance"
ENGINES = ("native", "airflow", "dagster", "prefect")
ADDRESS = "@server"
DATABASES = {"@postgres": postgres.database, "@snowflake": snowflake.database}


@frozen
class Story:
    """What a folder says."""

    folder: Path
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def title(self) -> str:
        """The first sentence of its comment."""
        text = (self.folder / "main.flow").read_text("utf-8")
        comment = re.match(r"(?:# .*\n)+", text)
        assert comment, f"{self.name}: main.flow begins with a comment that tells what it is about"
        return re.split(r"(?<=[.:]) ", comment[0].replace("# ", "").replace("\n", " "))[0].strip()

    @property
    def rules(self) -> tuple[int | str, ...]:
        return tuple(self.told["rules"])

    @property
    def secrets(self) -> Mapping[str, str]:
        return self.told.get("secrets", {})

    @property
    def refused(self) -> str | None:
        return self.told.get("refused")

    @property
    def refuses(self) -> Mapping[str, str]:
        return self.told.get("refuses", {})

    @property
    def differs(self) -> Mapping[str, str]:
        return self.told.get("differs", {})

    @property
    def trace(self) -> list[str]:
        return columns((self.folder / "trace.txt").read_text("utf-8").splitlines())

    def program(self, target: str) -> Program:
        """The compiled program; an assertion says what the compiler or the target has against it."""
        from flowc.cli.compiling import judged
        from flowc.compiler import compile_paths
        from flowc.diagnostics.render import render

        compilation = compile_paths([self.folder / "main.flow"])
        assert compilation.program is not None, render(list(compilation.diagnostics), "oneline")
        against = [found for found in judged(compilation.program, target) if found.severity.value == "error"]
        assert not against, render(against, "oneline")
        return compilation.program

    def request(self, program: Program, address: str) -> Request:
        """What is asked of an engine; `address` is the server's, for this run alone."""
        from flowc.cli.native import flow_params

        flow = self.told.get("flow", program.graphs[0].name)
        params = {**flow_params(program, flow, self.told.get("params", {})), **self.told.get("values", {})}
        if "server" in self.told:
            params[self.told["server"]] = address
        given = {name: value.replace(ADDRESS, address) for name, value in self.told.get("env", {}).items()}
        called = re.sub(r"\W", "_", address)
        given |= {name: DATABASES[value](called) for name, value in given.items() if value in DATABASES}
        at = datetime.fromisoformat(self.told["at"]) if "at" in self.told else None
        event = json.loads(self.told["event"]) if "event" in self.told else None
        return Request(
            program, flow, self.folder, params, at, {**given, **self.secrets}, self.name,
            event=event, partition=self.told.get("partition"),
        )  # fmt: skip


def stories() -> list[Story]:
    """All of them, by name."""
    folders = sorted(path for path in FOLDER.iterdir() if (path / "main.flow").exists())
    return [Story(path, tomllib.loads((path / "story.toml").read_text("utf-8"))) for path in folders]


def columns(lines: list[str]) -> list[str]:
    """The lines of a trace with their columns two blanks apart, whatever their width; values are left as they are."""
    return ["  ".join(re.split(r" {2,}", line.rstrip(), maxsplit=3)) for line in lines if line.strip()]
