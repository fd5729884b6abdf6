"""One line each, JSON, SARIF."""

import json
from typing import Any

import pytest

from flowc.diagnostics import CODES, Edit, Label, Problems
from flowc.diagnostics.explain import PAGES, page
from flowc.diagnostics.model import Diagnostic
from flowc.diagnostics.render import FORMS, Form, render
from flowc.source import Source, Span

SOURCE = Source("dir with space/ü.flow", 'flow f {\n  timeout 30\n  sh "é𝄞"\n}\n')


def place(text: str) -> Span:
    start = SOURCE.text.index(text)
    return Span(SOURCE, start, start + len(text))


@pytest.fixture
def diagnostics() -> list[Diagnostic]:
    problems = Problems()
    problems.add(
        "FLOW306",
        "`30` has\nno unit",
        place("30"),
        label="of what?",
        related=[Label(place("timeout"), "takes a duration")],
        helps=["write `30s`"],
        notes=["a duration has a unit"],
        edits=[Edit(place("30"), "30s")],
    )
    problems.add("FLOW114", "jinja", place('"é𝄞"'))
    problems.add("FLOW900", "a bug", None)
    return problems.sorted()


def test_one_line_each(diagnostics: list[Diagnostic]) -> None:
    assert render(diagnostics, "oneline") == (
        "error[FLOW900 internal-error]: a bug\n"
        "dir with space/ü.flow:2:11: error[FLOW306 unit-missing]: `30` has no unit\n"
        "dir with space/ü.flow:3:6: warning[FLOW114 jinja-in-text]: jinja\n"
    )


def test_json(diagnostics: list[Diagnostic]) -> None:
    found = json.loads(render(diagnostics, "json"))
    where = {"path": SOURCE.path, "line": 2, "column": 11, "end_line": 2, "end_column": 13, "start": 19, "end": 21}
    timeout = where | {"column": 3, "end_column": 10, "start": 11, "end": 18}
    assert found.keys() == {"version", "diagnostics", "errors", "warnings"}
    assert (found["version"], found["errors"], found["warnings"]) == (1, 2, 1)
    assert found["diagnostics"][0]["place"] is None
    assert found["diagnostics"][1] == {
        "code": "FLOW306",
        "slug": "unit-missing",
        "severity": "error",
        "message": "`30` has\nno unit",
        "place": where,
        "label": "of what?",
        "related": [{"place": timeout, "text": "takes a duration"}],
        "helps": ["write `30s`"],
        "notes": ["a duration has a unit"],
        "edits": [{"place": where, "text": "30s"}],
    }


def test_json_edits_can_be_applied(diagnostics: list[Diagnostic]) -> None:
    edit = json.loads(render(diagnostics, "json"))["diagnostics"][1]["edits"][0]
    mended = SOURCE.text[: edit["place"]["start"]] + edit["text"] + SOURCE.text[edit["place"]["end"] :]
    assert "timeout 30s\n" in mended


def sarif(diagnostics: list[Diagnostic]) -> dict[str, Any]:
    document = json.loads(render(diagnostics, "sarif", version="1.2.3"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def test_sarif_rules_and_results_belong_together(diagnostics: list[Diagnostic]) -> None:
    run = sarif(diagnostics)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("flowc", "1.2.3")
    assert [driver["rules"][result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in driver["rules"]} == {
        "FLOW114": "warning",
        "FLOW306": "error",
        "FLOW900": "error",
    }


def test_sarif_places_and_fixes(diagnostics: list[Diagnostic]) -> None:
    run = sarif(diagnostics)
    bug, unit, jinja = run["results"]
    artifact = {"uri": "dir%20with%20space/%C3%BC.flow"}
    region = {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 13}
    assert "locations" not in bug
    assert unit["message"]["text"] == "`30` has\nno unit\nwrite `30s`\na duration has a unit"
    assert unit["locations"] == [
        {"physicalLocation": {"artifactLocation": artifact, "region": region}, "message": {"text": "of what?"}}
    ]
    assert unit["relatedLocations"][0]["message"] == {"text": "takes a duration"}
    assert unit["fixes"] == [
        {
            "description": {"text": "write `30s`"},
            "artifactChanges": [
                {
                    "artifactLocation": artifact,
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": "30s"}}],
                }
            ],
        }
    ]
    # Columns are code points, the character outside the basic plane is one.
    assert run["columnKind"] == "unicodeCodePoints"
    assert jinja["locations"][0]["physicalLocation"]["region"]["endColumn"] == 10


def test_sarif_rules_have_their_page_as_help() -> None:
    code = next(code for code in CODES.values() if page(code))
    rule = sarif([Diagnostic(code, "m")])["tool"]["driver"]["rules"][0]
    assert rule["help"]["markdown"] == (PAGES / f"{code.number}-{code.slug}.md").read_text("utf-8")
    assert rule["fullDescription"]["text"] in rule["help"]["text"].replace("\n", " ")


def test_an_absolute_path_is_a_file_uri() -> None:
    span = Span(Source("/a b/c.flow", "x"), 0, 1)
    location = sarif([Diagnostic(CODES["FLOW101"], "m", span)])["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "file:///a%20b/c.flow"


@pytest.mark.parametrize(
    ("form", "empty"), [("terminal", ""), ("oneline", ""), ("json", '"diagnostics": []'), ("sarif", '"results": []')]
)
def test_nothing_to_say(form: Form, empty: str) -> None:
    assert form in FORMS
    text = render([], form)
    assert empty in text if empty else text == ""
