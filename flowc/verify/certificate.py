"""What `flowc verify` found, as a file: what was run, on which versions, what it came to, and who says what else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast

from attrs import frozen

from flowc.ir.actions import Python
from flowc.ir.digest import digest
from flowc.ir.graph import Program
from flowc.runtime.texts import plain
from flowc.source import Source
from flowc.target.contract import Emulated, Refused, Weaker
from flowc.target.registry import target
from flowc.target.report import account
from flowc.verify.compare import differences
from flowc.verify.model import Answer, Request

FORMAT = 1
Verdict = Literal["equal", "differs", "no trace", "refused"]


@frozen
class Verified:
    """A target, its answer (None where it refuses the flow), and the versions of what ran it."""

    target: str
    answer: Answer | None = None
    versions: Mapping[str, str] = {}


def verdict(native: Answer, other: Answer | None, program: Program, flow: str) -> Verdict:
    """How an answer compares with the native one; without an answer, the target refuses the flow."""
    if other is None:
        return "refused"
    if other.problem is not None:
        return "no trace"
    is_equal = not other.broken and not differences(native.lines, other.lines, program.graph(flow))
    return "equal" if is_equal else "differs"


def certificate(
    request: Request, native: Verified, others: Sequence[Verified], sources: Iterable[Source], *, flowc: str
) -> dict[str, Any]:
    """All of it as JSON, always in the same order, with no path of this machine. `flowc` is the version of flowc."""
    assert native.answer is not None
    program, reference = request.program, native.answer
    verdicts: dict[str, Verdict] = {
        each.target: verdict(reference, each.answer, program, request.flow) for each in others
    }
    return {
        "certificate": FORMAT,
        "flowc": flowc,
        "flow": request.flow,
        "at": request.at.isoformat() if request.at else None,
        "params": {name: plain(value) for name, value in sorted(request.params.items())},
        "digests": {graph.name: digest(graph) for graph in sorted(program.graphs, key=lambda graph: graph.name)},
        "files": _files(program, sources),
        "equal": all(each in ("equal", "refused") for each in verdicts.values()),
        "trace": _lines(reference),
        "native": {"versions": dict(native.versions)},
        "engines": {
            each.target: {"verdict": verdicts[each.target], **_engine(each, verdicts[each.target], program)}
            for each in sorted(others, key=lambda each: each.target)
        },
    }


def as_text(found: Mapping[str, Any]) -> str:
    """A certificate as it is written."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def is_certificate(path: Path) -> bool:
    """Whether a file is one that was written here, and may be written anew."""
    try:
        found: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "certificate" in found and "flowc" in found


def _engine(each: Verified, said: Verdict, program: Program) -> dict[str, Any]:
    found: dict[str, Any] = {"versions": dict(sorted(each.versions.items()))} if each.versions else {}
    if said == "differs" and each.answer is not None:
        found["trace"] = _lines(each.answer)
        found["broken"] = list(each.answer.broken)
    rows = account(target(each.target), program)
    emulated = [(row, {"by": row.answer.by}) for row in rows if isinstance(row.answer, Emulated)]
    weaker = [(row, {"but": row.answer.but}) for row in rows if isinstance(row.answer, Weaker)]
    refused = [
        (row, {"because": row.answer.because, "instead": row.answer.instead})
        for row in rows
        if isinstance(row.answer, Refused)
    ]
    for name, listed in (("emulated", emulated), ("weaker", weaker), ("refused", refused)):
        found[name] = [
            {"flow": row.flow, "feature": row.feature.name, "tasks": sorted(row.nodes), **why} for row, why in listed
        ]
    return found


def _lines(answer: Answer) -> list[str]:
    """The lines of a trace; a value may name the copy of the folder that it was made in."""
    return [re.sub(r"[^\s\"]*flowc-verify-\w+", "<folder>", line) for line in answer.lines]


def _files(program: Program, sources: Iterable[Source]) -> dict[str, str]:
    """The digests of the sources, and of the user's own modules that their tasks name, by paths from the root."""
    root = Path(program.root).resolve()
    found = {_inside(Path(source.path).resolve(), root): source.text.encode() for source in sources}
    actions = [node.action for graph in program.graphs for node in graph.nodes]
    modules = [action.module for action in actions if isinstance(action, Python)]
    theirs = import_module("flowc_targets.native.modules").user_files(root, modules)
    found |= dict(cast("Iterable[tuple[str, bytes]]", theirs.items()))
    return {path: sha256(content).hexdigest() for path, content in sorted(found.items())}


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
