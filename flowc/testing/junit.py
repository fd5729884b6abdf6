"""What came of tests as JUnit's XML, which CI servers read: a suite for each file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from flowc.diagnostics import Diagnostic
from flowc.diagnostics.render import render
from flowc.testing.report import Report

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(reports: Sequence[Report], broken: Sequence[Diagnostic]) -> bytes:
    """The document; `broken` is what is wrong in files whose tests could not be run."""
    root = ElementTree.Element("testsuites", name="flowc")
    by_file: dict[str, list[Report]] = {}
    for report in reports:
        by_file.setdefault(report.test.at.source.path, []).append(report)
    wrong: dict[str, list[Diagnostic]] = {}
    for each in broken:
        wrong.setdefault(each.span.source.path if each.span else "", []).append(each)
    for path in sorted({*by_file, *wrong}):
        found = by_file.get(path, [])
        suite = ElementTree.SubElement(root, "testsuite", name=path)
        _count(suite, [*(each.outcome for each in found), *(["error"] if path in wrong else [])])
        suite.set("time", f"{sum(each.seconds for each in found):.3f}")
        if path in wrong:
            case = ElementTree.SubElement(suite, "testcase", name="the source", classname=path, file=path, time="0")
            _tell(case, "error", wrong[path])
        for each in found:
            _case(suite, each)
    outcomes = [each.outcome for each in reports] + ["error"] * len(wrong)
    _count(root, outcomes)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _count(element: ElementTree.Element, outcomes: Sequence[str]) -> None:
    counts: Mapping[str, int] = {
        "tests": len(outcomes),
        "failures": outcomes.count("failed"),
        "errors": outcomes.count("error"),
    }
    for name, count in counts.items():
        element.set(name, str(count))


def _case(suite: ElementTree.Element, report: Report) -> None:
    test = report.test
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(test.title),
        classname=test.flow,
        file=test.at.source.path,
        line=str(test.at.line),
        time=f"{report.seconds:.3f}",
    )
    if report.outcome != "passed":
        _tell(case, "failure" if report.outcome == "failed" else "error", report.diagnostics)
    if report.trace:
        ElementTree.SubElement(case, "system-out").text = _clean("\n".join(report.trace))


def _tell(case: ElementTree.Element, word: str, found: Sequence[Diagnostic]) -> None:
    said = ElementTree.SubElement(case, word, message=_clean(found[0].message), type=found[0].code.slug)
    said.text = _clean(render(found, "terminal"))


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
