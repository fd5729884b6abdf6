"""`flowc check`: inputs of every sort, the forms, the exit codes."""

import io
import json
from pathlib import Path

import pytest

from flowc.cli import main

GOOD = 'flow nightly {\n  task load = sh "make load"\n}\n'
WRONG = 'flow nightly {\n  task load = sh "make load" retires 3\n}\n'
WARNING = 'flow nightly {\n  task load = sh "make {{ ds }}"\n}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_good_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    assert main(["check", "a.flow"]) == 0
    assert capsys.readouterr().out == "nothing wrong in 1 file\n"


def test_a_wrong_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WRONG)
    assert main(["check", "a.flow"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("error[FLOW211 unknown-clause]: ")
    assert " --> a.flow:2:30\n" in out
    assert out.endswith("\n1 error in 1 file\n")


def test_the_folder_is_checked_without_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sub" / ".hidden").mkdir(parents=True)
    (folder / "a.flow").write_text(GOOD)
    (folder / "sub" / "b.flow").write_text(WRONG)
    (folder / "sub" / ".hidden" / "c.flow").write_text(WRONG)
    assert main(["check", "--format", "oneline"]) == 1
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["sub/b.flow"]


def test_files_of_two_projects(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "flow.toml").write_text(f'[project]\nname = "{name}"\nedition = "2026"\n')
        (folder / name / "lib.flow").write_text('connection wh: sqlite { database "wh.db" }\n')
        (folder / name / "a.flow").write_text(
            'from lib import wh\n\nflow nightly {\n  task load = sql @wh "DELETE FROM t"\n}\n'
        )
    assert main(["check", "one", "two"]) == 0
    assert capsys.readouterr().out == "nothing wrong in 4 files\n"


def test_warnings_alone_are_fine_unless_strict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WARNING)
    assert main(["check", "a.flow"]) == 0
    assert "1 warning in 1 file" in capsys.readouterr().out
    assert main(["check", "--strict", "a.flow"]) == 1


def test_a_warning_that_is_allowed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WARNING.replace('ds }}"', 'ds }}" # flow: allow(jinja-in-text)'))
    assert main(["check", "--strict", "a.flow"]) == 0
    (folder / "a.flow").write_text(WARNING)
    (folder / "flow.toml").write_text('[project]\nname = "a"\nedition = "2026"\n[lint]\nallow = ["jinja-in-text"]\n')
    assert main(["check", "--strict", "a.flow"]) == 0
    assert capsys.readouterr().out == "nothing wrong in 1 file\n" * 2


def test_an_empty_file_is_fine(folder: Path) -> None:
    (folder / "a.flow").write_text("")
    assert main(["check", "a.flow"]) == 0


def test_a_byte_order_mark_is_no_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_bytes(b"\xef\xbb\xbf" + WRONG.encode())
    assert main(["check", "--format", "oneline", "a.flow"]) == 1
    assert capsys.readouterr().out.startswith("a.flow:2:30: ")


def test_a_file_that_is_not_utf8(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_bytes(GOOD.replace("make", "gr\xfc\xdfe").encode("latin-1"))
    assert main(["check", "--format", "oneline", "a.flow"]) == 1
    assert capsys.readouterr().out == "a.flow:2:21: error[FLOW116 not-utf8]: `a.flow` is not UTF-8\n"


def test_an_import_that_is_not_utf8(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lib.flow").write_bytes(b'let a = "\xff"\n')
    (folder / "a.flow").write_text("from lib import a\n\n" + GOOD.replace('load"', 'load #{a}"'))
    assert main(["check", "--format", "oneline", "a.flow"]) == 1
    assert "lib.flow:1:10: error[FLOW116 not-utf8]" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere.flow", "folder"])
def test_what_is_not_there_is_wrong_usage(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "folder").mkdir()
    assert main(["check", name]) == 2
    assert name in capsys.readouterr().err


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(monkeypatch, WRONG.encode())
    assert main(["check", "--format", "oneline", "-"]) == 1
    assert capsys.readouterr().out.startswith("<stdin>:2:30: error[FLOW211 unknown-clause]: ")


def test_standard_input_that_is_not_utf8(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(monkeypatch, b"flow \xff")
    assert main(["check", "-"]) == 1
    assert "FLOW116" in capsys.readouterr().out


def test_standard_input_stands_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    assert main(["check", "-", "a.flow"]) == 2
    assert "stands alone" in capsys.readouterr().err


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WRONG)
    assert main(["check", "--format", "json", "a.flow"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [found["slug"] for found in document["diagnostics"]] == ["unknown-clause"]


def test_sarif(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WRONG)
    assert main(["check", "--format", "sarif", "a.flow"]) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"][0]["ruleId"] == "FLOW211"


def test_an_unknown_target_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    assert main(["check", "--target", "nativ", "--format", "oneline", "a.flow"]) == 1
    assert "error[FLOW906 plugin-missing]: no target `nativ` is installed" in capsys.readouterr().out


LOCKED = """\
flow nightly {
  for n in [1, 2] {
    task load = sh "make load" lock "lock #{n}"
  }
}
"""


def project(folder: Path, *targets: str) -> None:
    (folder / "flow.toml").write_text(f'[project]\nname = "p"\nedition = "2026"\ntargets = {json.dumps(targets)}\n')


def test_the_targets_of_the_project_are_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(LOCKED)
    assert main(["check"]) == 0
    project(folder, "native")
    assert main(["check"]) == 0
    project(folder, "native", "airflow")
    assert main(["check", "--format", "oneline"]) == 1
    assert "a.flow:3:10: error[FLOW901 not-representable]" in capsys.readouterr().out
    assert main(["check", "--target", "native"]) == 0


def test_what_is_built_later_is_wrong_only_for_a_target_that_is_named(folder: Path) -> None:
    (folder / "a.flow").write_text('flow nightly {\n  task load = container "acme/load:1"\n}\n')
    project(folder, "airflow")
    assert main(["check"]) == 0
    assert main(["check", "--target", "airflow"]) == 1


def test_a_target_of_the_project_that_is_not_installed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    project(folder, "airflw")
    assert main(["check", "--format", "oneline"]) == 1
    assert "flow.toml:4:12: error[FLOW906 plugin-missing]" in capsys.readouterr().out


def test_words_of_flow_toml_for_targets(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.flow").write_text('flow f { task a = sh "true" }\n', encoding="utf-8")
    settings = '[project]\nname = "x"\nedition = "2026"\n'
    Path("flow.toml").write_text(settings + "[target.airflow]\nnope = 1\n[target.nope]\nx = 1\n", encoding="utf-8")
    assert main(["check", "--format", "oneline"]) == 0
    assert "flow.toml:7:1: warning[FLOW904" in capsys.readouterr().out
    assert main(["check", "--format", "oneline", "--target", "airflow"]) == 1
    assert "flow.toml:5:1: error[FLOW910" in capsys.readouterr().out


def test_a_block_for_no_target_is_told_without_a_project_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.flow").write_text('flow f { task a = sh "true"\n target airflw { x 1 } }\n', encoding="utf-8")
    assert main(["check", "--format", "oneline"]) == 0
    assert "warning[FLOW904" in capsys.readouterr().out
