"""What targets refuse in some uses of a feature that they have: the cases of `tests/cases/refused`, asked of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tools.tables import table

CASES = Path(__file__).parents[1] / "tests" / "cases" / "refused"


def refusals() -> str:
    """For each case, its first line, the targets that refuse it, why, and what to write instead."""
    return table(
        ("refused", "by", "why", "instead"),
        [
            (_doc(path), ", ".join(names), f"{why[0].upper()}{why[1:]}", instead)
            for path in cases()
            for (why, instead), names in refused(path).items()
        ],
    )


def cases() -> list[Path]:
    """The cases, sorted."""
    return sorted(CASES.glob("*.flow"))


def refused(path: Path) -> dict[tuple[str, str], list[str]]:
    """Why a case is refused and what to write instead, each with the names of the targets that say so."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, said in _answers(path):
        names = found.setdefault(said, [])
        names += [] if name in names else [name]
    return found


def _answers(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    from flowc.compiler import compile_paths
    from flowc.target.contract import Refused
    from flowc.target.legalise import answers
    from flowc.target.registry import target
    from flowc_targets import BUILTIN

    program = compile_paths([path]).program
    assert program is not None, f"{path.name} does not compile"
    for name in BUILTIN:
        for said in answers(target(name), program):
            if isinstance(said.answer, Refused):
                yield name, (said.answer.because, said.answer.instead)


def _doc(path: Path) -> str:
    first = path.read_text("utf-8").splitlines()[0]
    return first.removeprefix("# ").removesuffix(".")
