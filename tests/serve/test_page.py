"""The page in a real browser: what it shows, what its buttons do, and that no text of a run is taken for HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve.browser import CHROMIUM, Page
from tests.serve.serving import Served, project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: `apt-get install chromium` brings one"),
]


def test_a_person_starts_stops_and_goes_on_with_runs(tmp_path: Path) -> None:
    with Served(project(tmp_path / "p")) as server:
        page = Page(tmp_path / "profile", f"{server.url}/#token={server.token}")
        try:
            _walk(page, server)
        finally:
            page.close()


def _walk(page: Page, server: Served) -> None:
    page.until("document.querySelectorAll('table a').length == 4 && document.getElementById('health').textContent")
    assert server.token not in page.run("location.href")
    page.run("location.hash = 'flow/broken'")
    page.until("document.querySelector('#start') != null")
    page.run("document.querySelector('#start button').click()")
    page.until("document.querySelector('#resume') && document.querySelector('#logs pre') != null")
    shown = page.run("document.querySelector('#main').innerText")
    assert "<img src=x onerror=alert(1)>" in shown
    assert "<script>alert(1)</script>" in shown
    assert page.run("document.querySelectorAll('#main img, #main script').length") == 0
    assert page.run("document.querySelectorAll('#gantt .bar').length") == 2
    (server.folder / "mended").touch()
    page.run("document.querySelector('#resume').click()")
    page.until("document.querySelector('h2 .succeeded') != null")
    page.run("location.hash = 'flow/slow'")
    page.until("document.querySelector('h2')?.textContent == 'slow'")
    page.run("document.querySelector('#start button').click()")
    page.until("document.querySelector('#stop') != null")
    page.run("document.querySelector('#stop').click()")
    page.until("document.querySelector('h2 .cancelled') != null")
    page.run("location.hash = 'flow/days'")
    page.until("document.querySelector('#backfill') != null")
    page.run("document.querySelector('#backfill').elements.from.value = '2024-01-01'")
    page.run("document.querySelector('#backfill').elements.to.value = '2024-01-02'")
    page.run("document.querySelector('#backfill button').click()")
    server.until("/api/runs?flow=days&outcome=succeeded", lambda found: len(found["runs"]) == 2)
    page.until("document.querySelectorAll('#grid .cell.succeeded').length == 2")
