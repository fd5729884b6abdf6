"""`flowc fmt`: files, folders and standard input; what cannot be read stays as it is."""

import io
import os
from pathlib import Path

import pytest

from flowc.cli import main

UGLY = 'flow nightly {\n      task load = sh   "make load"   # why\n}\n'
NEAT = 'flow nightly {\n  task load = sh "make load"  # why\n}\n'
WRONG = "flow nightly {\n  tsak load\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_formatted_in_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(UGLY)
    (folder / "a.flow").chmod(0o640)
    assert main(["fmt", "a.flow"]) == 0
    assert (folder / "a.flow").read_text() == NEAT
    assert (folder / "a.flow").stat().st_mode & 0o777 == 0o640
    out, err = capsys.readouterr()
    assert (out, err) == ("", "formatted a.flow\n1 of 1 files formatted\n")


def test_what_is_neat_is_not_touched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(NEAT)
    os.utime(folder / "a.flow", (1, 1))
    assert main(["fmt"]) == 0
    assert (folder / "a.flow").stat().st_mtime == 1
    assert capsys.readouterr().err == "nothing to change\n"


def test_check_writes_nothing_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(UGLY)
    (folder / "b.flow").write_text(NEAT)
    assert main(["fmt", "--check", "."]) == 1
    assert (folder / "a.flow").read_text() == UGLY
    assert capsys.readouterr().err == "would change a.flow\n1 of 2 files would change\n"
    assert main(["fmt", "--check", "b.flow"]) == 0


def test_a_diff(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(UGLY)
    assert main(["fmt", "--diff", "a.flow"]) == 1
    assert (folder / "a.flow").read_text() == UGLY
    assert capsys.readouterr().out == (
        "--- a.flow\n+++ a.flow (formatted)\n@@ -1,3 +1,3 @@\n flow nightly {\n"
        '-      task load = sh   "make load"   # why\n+  task load = sh "make load"  # why\n }\n'
    )


def test_a_diff_of_two_files_without_a_last_newline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.flow", "b.flow"):
        (folder / name).write_text(NEAT.removesuffix("\n"))
    assert main(["fmt", "--diff", "a.flow", "b.flow"]) == 1
    assert "-}\n\\ No newline at end of file\n+}\n--- b.flow\n" in capsys.readouterr().out


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(UGLY.encode())))
    assert main(["fmt", "-"]) == 0
    assert capsys.readouterr() == (NEAT, "")


def test_wrong_text_of_standard_input_gives_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    assert main(["fmt", "-"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert " --> <stdin>:" in err


def test_a_wrong_file_is_left_alone_and_the_others_are_formatted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.flow").write_text(WRONG)
    (folder / "b.flow").write_text(UGLY)
    assert main(["fmt"]) == 1
    assert (folder / "a.flow").read_text() == WRONG
    assert (folder / "b.flow").read_text() == NEAT
    assert " --> a.flow:" in capsys.readouterr().err


def test_carriage_returns_and_a_byte_order_mark_go(folder: Path) -> None:
    (folder / "a.flow").write_bytes(b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode())
    assert main(["fmt", "a.flow"]) == 0
    assert (folder / "a.flow").read_bytes() == NEAT.encode()


def test_a_symbolic_link_stays_one(folder: Path) -> None:
    (folder / "real.flow").write_text(UGLY)
    (folder / "link.flow").symlink_to("real.flow")
    assert main(["fmt", "link.flow"]) == 0
    assert (folder / "link.flow").is_symlink()
    assert (folder / "real.flow").read_text() == NEAT


def test_an_empty_file_stays_empty(folder: Path) -> None:
    (folder / "a.flow").write_text("")
    assert main(["fmt", "--check", "a.flow"]) == 0
