"""Hostile input to everything that the API describes: no answer says that the server broke, and it goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowc.runtime.register import Register
from tests.serve.serving import PROJECT, Served, effects, project

pytestmark = pytest.mark.slow
EXAMPLES = os.environ.get("FLOWC_EXAMPLES") or "5"
FLOWS = (
    PROJECT
    + """
flow hooked {
  on webhook "/orders"
  task take = python work:note("hooked", run.event)
}
"""
)
BROKEN = "not_a_server_error"
"""What each answer is held against: that the server did not break; and what is described."""
DESCRIBED = "status_code_conformance,response_schema_conformance,content_type_conformance,ignored_auth"
REAL = """
[[operations]]
include-path-regex = "^/api/flows/[^/]*(/runs)?$"
parameters = {{ name = "hello" }}
[[operations]]
include-path-regex = "/backfills$"
parameters = {{ name = "days" }}
[[operations]]
include-path-regex = "^/api/runs/[^/]*(/events|/resume|/answers)?$"
parameters = {{ identity = "{failed}" }}
[[operations]]
include-path-regex = "/cancel$"
parameters = {{ identity = "{going}" }}
[[operations]]
include-path-regex = "/logs/"
parameters = {{ identity = "{failed}", name = "{log}" }}
[[operations]]
include-path-regex = "^/hooks/"
parameters = {{ path = "orders" }}
"""
"""Names of what is there, so that more than a 404 is asked for."""


def attacked(server: Served, *more: str) -> str:
    options = ["--max-examples", EXAMPLES, "--seed", "1", "--phases", "coverage,fuzzing", "--no-color"]
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", *options, *more]
    done = subprocess.run(command, cwd=server.folder, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert server.ask("/api/health")[1]["status"] == "ok"
    return done.stdout


@pytest.fixture
def server(tmp_path: Path):
    with Served(project(tmp_path / "p", FLOWS)) as server:
        yield server


def test_nothing_is_begun_and_nothing_told_without_the_token(server: Served) -> None:
    described = server.ask("/openapi.json")[1]["paths"]
    said = attacked(server, "--checks", BROKEN)
    count = sum(len(methods) for methods in described.values())
    assert f"Authentication failed: {count} operations returned only 401/403 responses" in said
    health = server.ask("/api/health")[1]
    assert (server.ask("/api/runs")[1]["runs"], health["queued"], health["going"]) == ([], 0, 0)
    assert effects(server.folder) == []
    with Register(server.folder / ".flowc") as register:
        assert register.unfinished() == []


def test_no_input_breaks_it(server: Served) -> None:
    """Every answer is one that is described."""
    failed = server.ask("/api/flows/broken/runs", {})[1]["id"]
    log = server.ended(failed)["logs"][0]["name"]
    going = server.ask("/api/flows/slow/runs", {})[1]["id"]
    token = f"Authorization: Bearer {server.token}"
    attacked(server, "--checks", BROKEN, "-H", token)
    (server.folder / "schemathesis.toml").write_text(REAL.format(failed=failed, going=going, log=log))
    said = attacked(server, "--checks", f"{BROKEN},{DESCRIBED}", "-H", token)
    assert "Missing test data" not in said
    assert server.ask("/api/runs?flow=hooked")[1]["runs"]
