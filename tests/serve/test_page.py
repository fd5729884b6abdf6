"""The page in a real browser: what it shows, what its buttons do, and that no text of a run is taken for HTML.

`FLOWC_PICTURES=FOLDER` leaves pictures of it there, to be looked at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, Page
from tests.serve.serving import Served, project

PICTURES = os.environ.get("FLOWC_PICTURES")
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


MANY = """
flow orders(region: str = "eu") {
  schedule daily, at: 06:00, start: 2024-01-01, catchup: none
  partition day, start: 2024-01-01
  task extract = python work:note("extract", run.date) -> str
  task clean = sh "test -e mended" after extract retry 1, delay: 200ms
  for part in [1, 2, 3] {
    task load = sh "echo #{part}" -> int after extract
  }
  task publish_the_summary_of_the_day_to_all_dashboards = sh "echo done" after clean
}
flow outer {
  task inner = run a_name_that_is_much_too_long_for_a_line_in_a_narrow_window_and_stays_whole_all_the_same()
}
flow a_name_that_is_much_too_long_for_a_line_in_a_narrow_window_and_stays_whole_all_the_same {
  on webhook "/hooks/orders"
  task say = sh "echo #{run.trigger}"
}
flow hears {
  on flow outer
  task say = sh "echo #{run.event.outcome}"
}
flow waits {
  every 1h
  task sleep = python work:sleeps(60)
}
"""
LONG = "a_name_that_is_much_too_long_for_a_line_in_a_narrow_window_and_stays_whole_all_the_same"


@pytest.mark.timeout(300)
def test_it_is_read_in_narrow_windows_and_in_the_dark_too(tmp_path: Path) -> None:
    """Five flows and two hundred runs; what is too wide is scrolled in its own place, and no word is broken in it."""
    with Served(project(tmp_path / "p", MANY)) as server:
        wanted = {"from": "2024-01-01", "to": "2024-07-09", "parallel": 16}
        assert len(server.ask("/api/flows/orders/backfills", wanted)[1]["runs"]) == 191
        outer = server.ask("/api/flows/outer/runs", {})[1]["id"]
        for number in range(8):
            server.ask("/hooks/orders", number, X_Flowc_Key=str(number))
        server.until("/api/health", lambda health: not health["queued"] and not health["going"])
        page = Page(tmp_path / "profile", f"{server.url}/#token={server.token}")
        try:
            page.until("document.getElementById('health')?.textContent")
            failed = server.ask("/api/runs?flow=orders&outcome=failed&limit=1")[1]["runs"][0]["id"]
            for width in (1280, 380):
                for scheme in ("light", "dark"):
                    page.shown_as(width=width, scheme=scheme)
                    for place in ("", "flow/orders", f"flow/{LONG}", f"run/{failed}", f"run/{outer}"):
                        _look(page, place, f"{width}-{scheme}")
            _reads_on(page)
            _says_what_is_wrong(page, server)
        finally:
            page.close()


def _look(page: Page, place: str, how: str) -> None:
    page.run(f"location.hash = '{place}'")
    page.until(f"document.getElementById('main').dataset.place == '{f'#{place}' if place else ''}'")
    assert page.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (place, how)
    rows = "[...document.querySelectorAll('.state')].map((one) => one.getClientRects().length)"
    assert set(page.run(rows)) <= {1}, (place, how)
    if PICTURES:
        page.picture(Path(PICTURES) / f"{how}-{place.partition('/')[2][:20] or 'home'}.png")


def _reads_on(page: Page) -> None:
    page.run("location.hash = 'flow/orders'")
    page.until("document.querySelectorAll('#runs tbody tr').length == 50")
    page.run("document.querySelector('#more').click()")
    page.until("document.querySelectorAll('#runs tbody tr').length == 100")
    assert page.run("document.querySelectorAll('#grid .cell').length") == 20 * 4
    days = page.run("[...document.querySelectorAll('#grid th[scope=col]')].slice(1).map((one) => one.textContent)")
    assert days == sorted(days)


def _says_what_is_wrong(page: Page, server: Served) -> None:
    (server.folder / "p.flow").write_text(MANY.replace("run.trigger", "run.triger"))
    page.until("!document.getElementById('mistakes').hidden")
    assert "triger" in page.run("document.querySelector('#mistakes pre').innerText")
    (server.folder / "p.flow").write_text(MANY)
    page.until("document.getElementById('mistakes').hidden")
