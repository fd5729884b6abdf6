"""Projects: where they begin, what `flow.toml` may say, and what is told of one that says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.diagnostics import Problems
from flowc.ir.expr import Lit
from flowc.sema.project import Project, find_project
from tests.unit.sema.programs import Programs, told

HEAD = '[project]\nname = "shop"\nedition = "2026"\n'


def project(folder: Path, toml: str) -> tuple[Project, list[str]]:
    """The project of a folder's `flow.toml`, and what is said of it."""
    (folder / "flow.toml").write_text(toml, encoding="utf-8")
    problems = Problems()
    found = find_project(folder / "a.flow", problems)
    return found, [told(each) for each in problems.sorted()]


def test_a_file_without_flow_toml_is_its_own_project_named_by_its_stem(tmp_path: Path) -> None:
    found = find_project(tmp_path / "orders.flow", Problems())
    assert (found.root, found.name, found.files()) == (tmp_path, "orders", [])


def test_a_project_is_the_nearest_folder_above_with_flow_toml(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "flow.toml").write_text(HEAD, encoding="utf-8")
    assert find_project(inner / "x.flow", Problems()).root == tmp_path
    assert find_project(inner, Problems()).name == "shop"


def test_all_settings(tmp_path: Path) -> None:
    for name in ("pipelines", "shared"):
        (tmp_path / name).mkdir()
    text = (
        HEAD
        + 'sources = ["pipelines", "shared"]\ntargets = ["native", "airflow"]\nprofile = "dev"\n'
        + '[pools]\nwh = 3\n[lint]\nallow = ["unused-import"]\n[target.native]\nslots = 2\nnames = ["a"]\n'
    )
    found, said = project(tmp_path, text)
    assert said == []
    assert (found.sources, found.targets, found.profile) == (("pipelines", "shared"), ("native", "airflow"), "dev")
    assert (found.pools, found.allow) == ((("wh", 3),), ("unused-import",))
    assert [(each.target, each.word) for each in found.overrides] == [("native", "slots"), ("native", "names")]
    assert isinstance(found.overrides[0].value, Lit) and found.overrides[0].value.value == 2


def test_the_files_of_a_project_are_those_of_its_sources_without_hidden_folders(tmp_path: Path) -> None:
    for name in ("one/a.flow", "one/deep/b.flow", "one/.git/c.flow", "two/d.flow"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    found, _ = project(tmp_path, HEAD + 'sources = ["one"]\n')
    assert [file.relative_to(tmp_path).as_posix() for file in found.files()] == ["one/a.flow", "one/deep/b.flow"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[project", "FLOW101"),
        ('[project]\nedition = "2026"\n', "FLOW302 project"),
        ('[project]\nname = "a"\n', "FLOW302 project"),
        ('[project]\nname = "a"\nedition = "2025"\n', 'FLOW313 "2025"'),
        (HEAD + "nme = 1\n", "FLOW211 nme"),
        (HEAD + "[extra]\n", "FLOW211 extra"),
        (HEAD + "[lint]\ndeny = []\n", "FLOW211 deny"),
        (HEAD + '[lint]\nallow = ["no-such-slug"]\n', 'FLOW115 "no-such-slug"'),
        (HEAD + "[pools]\nwh = 0\n", "FLOW301 wh"),
        (HEAD + "[pools]\nwh = true\n", "FLOW301 wh"),
        (HEAD + "sources = 1\n", "FLOW301 sources"),
        (HEAD + 'sources = ["nowhere"]\n', 'FLOW824 "nowhere"'),
        (HEAD + "targets = [1]\n", "FLOW301 targets"),
        (HEAD + "profile = 1\n", "FLOW301 profile"),
        (HEAD + "[target]\nnative = 1\n", "FLOW301 native"),
        (HEAD + "[target.native]\nslots = {a = 1}\n", "FLOW301 slots"),
        ("pools = 1\n" + HEAD, "FLOW301 pools"),
    ],
)
def test_what_flow_toml_cannot_say(tmp_path: Path, toml: str, said: str) -> None:
    assert said in project(tmp_path, toml)[1]


def test_a_profile_of_flow_toml_that_nobody_declares_is_told(programs: Programs) -> None:
    said = programs.said('flow f { task a = sh "true" }\n', flow_toml=HEAD + 'profile = "prod"\n')
    assert said == ["FLOW201"]


def test_every_file_of_a_project_is_seen_and_ids_are_its_own(programs: Programs) -> None:
    other = 'flow nightly { task a = sh "true" }\nasset orders\nconnection wh: sqlite { database "x.db" }\n'
    text = 'flow nightly { task a = sh "true" }\nasset orders\nconnection wh: sqlite { database "y.db" }\n'
    said = programs.said(text, flow_toml=HEAD, other_flow=other)
    assert said == ["FLOW202 nightly", "FLOW202 orders", "FLOW202 wh"]


def test_connections_of_one_name_and_one_meaning_are_fine(programs: Programs) -> None:
    same = 'connection wh: sqlite { database "x.db" }\n'
    text = same + 'flow f { task a = sql @wh "SELECT 1" -> int }\n'
    assert programs.said(text, flow_toml=HEAD, other_flow=same) == []


@pytest.mark.parametrize(
    ("toml", "lines"),
    [
        ("[project\n", [1]),
        (HEAD + "a b\n", [4]),
        (HEAD + "[pools]\nname = 0\nd = 1.5\n", [5, 6]),  # `name` stands in `[project]` too
        (HEAD + "[pools]\ne = 0\n", [5]),
        ("[project]\nname = 1\nedition = 2026\n", [2, 3]),
        ("project = 1\n", [1]),
        (HEAD + 'nam = "x"\n', [4]),
        (HEAD + "[projec]\n", [4]),
    ],
)
def test_what_is_wrong_is_told_once_at_its_place(tmp_path: Path, toml: str, lines: list[int]) -> None:
    (tmp_path / "flow.toml").write_text(toml, encoding="utf-8")
    problems = Problems()
    find_project(tmp_path / "a.flow", problems)
    assert [each.span.line for each in problems.sorted() if each.span] == lines


def test_flow_toml_in_another_encoding_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "flow.toml").write_bytes('[project]\nname = "größe"\nedition = "2026"\n'.encode("latin-1"))
    problems = Problems()
    find_project(tmp_path / "a.flow", problems)
    assert [each.code.number for each in problems] == ["FLOW116"]


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    found, said = project(tmp_path, "\ufeff" + HEAD)
    assert (found.name, said) == ("shop", [])
