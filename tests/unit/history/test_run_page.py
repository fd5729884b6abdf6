"""The page of a run in a real browser: one file, nothing from elsewhere, readable with a thousand tasks.

`FLOWC_PICTURES=FOLDER` leaves pictures of it there, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from flowc.cli import main
from tests.browser import CHROMIUM, Page

PICTURES = os.environ.get("FLOWC_PICTURES")
EVIL = "</script><script>window.evil = 1</script><img src=x onerror=window.evil=2>"
SOURCE = f"""
flow shop(said: str = "x") {{
  task load  = sh "echo '{EVIL}'" -> str
  task fetch = sh "test -e there || {{ touch there; exit 3; }}" retry 1, delay: 0s
  for n in [1, 2, 3] {{ task each = sh "echo #{{n}}" after fetch }}
  task bad   = sh "echo '{EVIL}' >&2; exit 4" after load
  task never = sh "true" after bad
}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(source: str, *words: str) -> Path:
    """The page of a run of a flow."""
    Path("p.flow").write_text(source, "utf-8")
    main(["run", "p.flow", "--quiet", *words])
    identity = next(Path(".flowc/runs").iterdir()).name
    assert main(["runs", "show", identity, "--html", "run.html"]) == 0
    return Path("run.html").absolute()


@pytest.fixture
def look(tmp_path: Path) -> Generator[list[Page]]:
    pages: list[Page] = []
    yield pages
    for page in pages:
        page.close()


def test_it_needs_nothing_from_elsewhere(folder: Path) -> None:
    text = written(SOURCE, "--param", f"said={EVIL}").read_text("utf-8")
    outside = re.findall(
        r"""(?:src|href)\s*=|url\(|@import|fetch\(|https?://(?!www\.w3\.org/2000/svg)""", text.split("\n<script>", 1)[1]
    )
    assert outside == []
    assert text.count("</script>") == 2


def test_where_it_cannot_be_written_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(SOURCE)
    identity = next(Path(".flowc/runs").iterdir()).name
    assert main(["runs", "show", identity, "--html", "no/such/place.html"]) == 1
    assert "cannot write no/such/place.html: No such file or directory" in capsys.readouterr().err
    assert main(["runs", "show", identity, "--html", "x.html", "--trace"]) == 2


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: `apt-get install chromium` brings one")
def test_a_person_looks_at_it(folder: Path, look: list[Page]) -> None:
    page = Page(folder / "profile", f"file://{written(SOURCE)}")
    look.append(page)
    page.until("document.querySelectorAll('#times tbody tr').length == 7")
    assert page.run("document.querySelectorAll('#graph rect').length") == 5
    assert page.run("document.querySelectorAll('#graph .edge').length") == 3
    assert page.run("document.querySelectorAll('#cells .cell').length") == 7
    assert page.run("document.querySelectorAll('#times .bar').length") == 7
    assert page.run("document.querySelector('#path tbody tr') != null")
    page.run("document.querySelector('#cells .failed').click()")
    assert EVIL in page.run("document.querySelector('#detail').innerText")
    assert "exit 4" in page.run("document.querySelector('#detail').innerText")
    assert page.run("window.evil") is None
    assert page.run("document.querySelectorAll('#main img, #main script').length") == 0
    page.run("const words = document.querySelector('[name=words]'); words.value = 'EACH'; words.oninput()")
    assert page.run("document.querySelectorAll('#times tbody tr').length") == 3
    if PICTURES:
        page.picture(Path(PICTURES) / "run.png")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: `apt-get install chromium` brings one")
def test_a_thousand_tasks_are_readable(folder: Path, look: list[Page]) -> None:
    tasks = [
        f'  task t{n} = sh "true"' + (f" after t{n - 50}, t{max(0, n - 51)}" if n >= 50 else "") for n in range(1000)
    ]
    page = Page(folder / "profile", f"file://{written('flow big {' + chr(10) + chr(10).join(tasks) + chr(10) + '}')}")
    look.append(page)
    page.shown_as(width=1200)
    page.until("document.querySelectorAll('#times tbody tr').length == 500")
    assert page.run("document.querySelector('#cells').getBoundingClientRect().height") < 300
    assert page.run("document.documentElement.scrollWidth") <= 1200
    page.run("document.querySelector('#more').click()")
    assert page.run("document.querySelectorAll('#times tbody tr').length") == 1000
    if PICTURES:
        page.picture(Path(PICTURES) / "run-1000.png")
