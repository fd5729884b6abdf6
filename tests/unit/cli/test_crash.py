"""A bug of ours is told as one: no traceback, exit code 3, and what a report needs."""

import re
from pathlib import Path

import pytest

from flowc.cli import main
from flowc.cli.version import VERSION


@pytest.fixture(autouse=True)
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom\nover two lines")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flowc.compiler.compile_sources", fail)
    Path("a.flow").write_text("flow f {}\n")


def test_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "a.flow"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err.startswith("error[FLOW900 internal-error]: flowc itself failed")
    assert f"flowc {VERSION}, Python 3." in err
    assert re.search(r"stage cli, digest [0-9a-f]{12}\n", err)
    assert re.search(r"RuntimeError at flowc\.cli\.compiling:\d+: boom over two lines\n", err)


def test_the_digest_is_that_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    digests: list[str] = []
    for text in ("flow f {}\n", "flow g {}\n", "flow f {}\n"):
        Path("a.flow").write_text(text)
        main(["check", "a.flow"])
        found = re.search(r"digest (\w+)", capsys.readouterr().err)
        assert found
        digests.append(found[1])
    assert digests[0] == digests[2] != digests[1]


def test_the_traceback_on_demand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FLOWC_TRACEBACK", "1")
    assert main(["check", "a.flow"]) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupt_is_no_bug(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flowc.compiler.compile_sources", interrupt)
    assert main(["check", "a.flow"]) == 130
    assert "FLOW900" not in capsys.readouterr().err
