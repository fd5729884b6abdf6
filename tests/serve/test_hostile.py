"""Hostile input to everything that the API describes: no answer says that the server broke, and it goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serve.serving import Served, project

pytestmark = pytest.mark.slow
EXAMPLES = os.environ.get("FLOWC_EXAMPLES") or "5"


def attacked(server: Served, *more: str) -> subprocess.CompletedProcess[str]:
    options = ["--max-examples", EXAMPLES, "--seed", "1", "--phases", "coverage,fuzzing", "--no-color"]
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", *options, *more]
    return subprocess.run(command, cwd=server.folder, capture_output=True, text=True, timeout=280, check=False)


def test_no_input_breaks_it_and_none_starts_a_run_without_the_token(tmp_path: Path) -> None:
    with Served(project(tmp_path / "p")) as server:
        done = attacked(server, "--checks", "not_a_server_error")
        assert done.returncode == 0, done.stdout[-4000:]
        assert server.ask("/api/runs")[1]["runs"] == []
        done = attacked(server, "--checks", "not_a_server_error", "-H", f"Authorization: Bearer {server.token}")
        assert done.returncode == 0, done.stdout[-4000:]
        assert server.ask("/api/health")[1]["status"] == "ok"
