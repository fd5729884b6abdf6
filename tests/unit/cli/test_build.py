"""`flowc build` and `flowc emit`: what is written where, what is refused, what the stages print."""

from pathlib import Path

import pytest

from flowc.cli import main

TWO = """\
flow nightly {
  task load = sh "make load" retry 2, delay: 1s
  task report = run hourly() after load
}

flow hourly {
  task tidy = sh "make tidy"
}

flow other {
  task lonely = sh "make lonely"
}
"""
LATER = 'flow train {\n  task fit = container "image" -> path\n}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.flow").write_text(TWO)
    return tmp_path


def test_a_project_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "a.flow", "--target", "native", "-o", "out"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("out: ")
    assert "\n  wrote    README.md\n" in out
    assert (folder / "out" / "README.md").is_file()


def test_a_second_build_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["build", "a.flow", "-o", "out"])
    capsys.readouterr()
    assert main(["build", "a.flow", "-o", "out"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(" 0 written")


def test_without_a_folder_it_is_that_of_the_target(folder: Path) -> None:
    assert main(["build", "a.flow"]) == 0
    assert (folder / "build" / "native" / "README.md").is_file()


def test_one_flow_and_those_that_it_runs(folder: Path) -> None:
    assert main(["build", "a.flow", "--flow", "nightly", "-o", "out"]) == 0
    made = {path.parent.name for path in (folder / "out").rglob("flow.py")}
    assert {"nightly", "hourly"} <= made
    assert "other" not in made


def test_files_of_others_are_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "README.md").write_text("mine")
    assert main(["build", "a.flow", "-o", "out"]) == 1
    assert "README.md" in capsys.readouterr().err
    assert [path.name for path in (folder / "out").iterdir()] == ["README.md"]
    assert main(["build", "a.flow", "-o", "out", "--force"]) == 0
    assert (folder / "out" / "README.md").read_text() != "mine"


def test_a_check_says_what_is_stale_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "a.flow", "-o", "out", "--check"]) == 1
    assert not (folder / "out").exists()
    main(["build", "a.flow", "-o", "out"])
    capsys.readouterr()
    assert main(["build", "a.flow", "-o", "out", "--check"]) == 0
    assert capsys.readouterr().out == "out: up to date\n"
    (folder / "a.flow").write_text(TWO.replace("make tidy", "make clean"))
    (folder / "out" / "README.md").write_text("mine")
    assert main(["build", "a.flow", "-o", "out", "--check"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("out: not what the source says\n")
    assert "  old      hourly/flow.py\n" in out
    assert "  edited   README.md (not as flowc wrote it)\n" in out
    assert (folder / "out" / "README.md").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").write_text("a file")
    assert main(["build", "a.flow", "-o", "out"]) == 1
    assert "FLOW900" not in capsys.readouterr().err


def test_explain_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "a.flow", "--explain", "-o", "out"]) == 0
    out = capsys.readouterr().out
    assert "nightly on native\n" in out
    assert "[load]" in out
    assert not (folder / "out").exists()


def test_explain_says_which_versions_of_the_engine_it_runs_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text('flow f {\n  task a = sh "true" retry 1, delay: 1s\n}\n')
    assert main(["build", "a.flow", "--explain", "--target", "airflow"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "runs on Airflow 3.3.2, 3.2.2, 3.1.8",
        "  not on 3.0.6: an attempt whose process dies is retried since Airflow 3.1",
    ]


def test_a_word_of_a_later_version_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "later.flow").write_text(LATER)
    assert main(["check", "later.flow"]) == 0
    assert main(["build", "later.flow", "-o", "out"]) == 1
    err = capsys.readouterr().err
    assert "error[FLOW901 not-representable]" in err
    assert " --> later.flow:2:14\n" in err
    assert not (folder / "out").exists()


def test_wrong_text_builds_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(TWO.replace("retry", "retires"))
    assert main(["build", "a.flow", "-o", "out"]) == 1
    assert "FLOW211" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_targets_that_do_not_exist(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "a.flow", "--target", "nativ"]) == 2
    assert "Did you mean `native`?" in capsys.readouterr().err
    (folder / "flow.toml").write_text('[project]\nname = "a"\nedition = "2026"\ntargets = ["nativ"]\n')
    assert main(["build", "a.flow"]) == 1
    err = capsys.readouterr().err
    assert "error[FLOW906 plugin-missing]" in err
    assert " --> flow.toml:4:12\n" in err


def test_a_flow_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "a.flow", "--flow", "nightl"]) == 2
    assert "Did you mean `nightly`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("ast", "Task(\n"),
        ("hir", "Module(\n"),
        ("graph", "Graph(\n    'nightly'"),
        ("program", "Graph(\n    'nightly'"),
        ("model", "NativeProject(\n"),
        ("files", "# README.md\n"),
    ],
)
def test_stages(stage: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emit", "a.flow", "--stage", stage]) == 0
    assert shown in capsys.readouterr().out


def test_a_graph_that_is_printed_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    from flowc.ir.graph import Graph
    from flowc.ir.text import read

    main(["emit", "a.flow", "--stage", "graph"])
    found = read(capsys.readouterr().out.split("\nGraph(")[0])
    assert isinstance(found, Graph)
    assert found.name == "nightly"


def test_wrong_text_has_a_tree_but_no_graph(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text("flow nightly {\n  task load = sh bad\n}\n")
    assert main(["emit", "a.flow", "--stage", "ast"]) == 1
    assert "File(" in capsys.readouterr().out
    assert main(["emit", "a.flow", "--stage", "graph"]) == 1
    assert capsys.readouterr().out == ""


def test_the_matrix_and_the_words_of_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "native"]) == 0
    assert "\nretry  " in capsys.readouterr().out
    assert main(["targets", "nativ"]) == 2
    assert "Did you mean `native`?" in capsys.readouterr().err


MANY = """\
flow f {
  task a0 = sh "true"
  {tasks}
  task z = sh "true" after {all}  # flow: allow(after-redundant)
}
"""


def test_explain_says_what_was_simplified_and_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = "\n  ".join(f'task a{number} = sh "true" after a{number - 1}' for number in range(1, 15))
    names = ", ".join(f"a{number}" for number in range(15))
    (folder / "a.flow").write_text(MANY.replace("{tasks}", tasks).replace("{all}", names))
    assert main(["build", "a.flow", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("f: what was simplified for all targets")
    assert lines[start + 1 : start + 4] == [
        "  settle  nothing to do",
        "  dead    nothing to do; 16 tasks kept",
        "  firm    nothing to do",
    ]
    assert lines[start + 4].startswith("  reduce  14 arrows dropped, implied by others; 15 arrows kept: ")
    assert lines[start + 5 :] == [
        *(f"    a{n} >> z by a{n + 1} >> a{n + 2} >> ... >> a14" for n in range(10)),
        "    and more: --verbose tells all",
    ]
    assert main(["build", "a.flow", "--explain", "--verbose"]) == 0
    assert capsys.readouterr().out.endswith("    a13 >> z by a14\n")
    assert main(["build", "a.flow", "--verbose"]) == 2


def test_neighbours_run_as_one_only_where_that_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text('flow f {\n  task a = sh "true"\n  task b = sh "true" after a\n}\n')
    assert main(["build", "a.flow", "-o", "whole"]) == 0
    assert main(["build", "a.flow", "--fuse", "-o", "fused"]) == 0
    names = [(folder / name / "f" / "flow.py").read_text().count('"a"') for name in ("whole", "fused")]
    assert names[0] and not names[1]
    capsys.readouterr()
    assert main(["build", "a.flow", "--fuse", "--explain"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  fuse    1 task run inside of others; 1 task kept",
        "    `a` runs inside `b`: no outcome, attempts, times or log of its own",
    ]
