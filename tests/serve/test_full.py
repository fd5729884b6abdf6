"""A disk that takes nothing more, played by a limit on the size of files: an error that says so, and nothing lost."""

from __future__ import annotations

import urllib.error
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.serve.serving import Served, journals, project

FLOWS = """
flow keeps(text: str) {
  task one = python work:length(text) -> int
}
"""
WORK = """
def length(text: str) -> int:
    return len(text)
"""
TEXT = "x" * 20_000
LIMIT = ("bash", "-c", 'ulimit -f 400 && exec "$@"', "bash")
"""No file may become larger than 400 KiB; a write beyond that fails as one on a full disk does."""


@pytest.mark.slow
def test_what_was_promised_before_the_disk_was_full_is_done_after(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", FLOWS, WORK)
    promised: list[str] = []
    with Served(folder, wrap=LIMIT) as server:
        for number in range(200):
            try:
                status, found = server.ask("/api/flows/keeps/runs", {"params": {"text": TEXT}, "key": f"k{number}"})
            except (HTTPException, urllib.error.URLError, OSError):  # it has ended
                break
            if status != 202:
                assert status == 503, found
                break
            promised.append(found["id"])
        code, said = server.over()
    assert promised
    assert code == 1, said
    assert "cannot be kept" in said or "disk" in said or "File too large" in said, said
    assert "Traceback" not in said, said
    with Served(folder) as server:
        server.until("/api/health", lambda health: not health["queued"] and not health["going"])
        assert server.ask("/api/health")[1]["problems"] == []
        again = server.ask("/api/flows/keeps/runs", {"params": {"text": TEXT}, "key": "k0"})[1]
        assert again["id"] == promised[0]
    ends = Counter(run for run, records in journals(folder).items() for each in records if each["event"] == "finish")
    assert set(promised) <= set(ends)
    assert set(ends.values()) == {1}
