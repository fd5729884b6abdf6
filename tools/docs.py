"""Write the generated parts of the documents anew: what stands between `<!-- generated: NAME -->` and `<!-- end -->`.

`make docs` calls this; `tests/test_documents.py` fails when a part is stale.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools.refusals import refusals
from tools.sameness import sameness, versions
from tools.tables import table

ROOT = Path(__file__).parents[1]

PART = re.compile(r"(?P<head><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end -->)", re.DOTALL)


def codes() -> str:
    """Every diagnostic: its code, slug and severity."""
    from flowc.diagnostics.codes import CODES

    return table(
        ("code", "slug", "severity"),
        [(number, f"`{code.slug}`", code.severity.value) for number, code in sorted(CODES.items())],
    )


def targets() -> str:
    """What every target of ours answers for every feature, section by section."""
    from flowc.target.registry import target
    from flowc.target.report import matrix, word
    from flowc_targets import BUILTIN

    found = [target(name) for name in BUILTIN]
    parts = [
        f"\n### {section.name.capitalize()}\n\n"
        + table(
            ("feature", "", *BUILTIN),
            [(f"`{r.feature.name}`", r.feature.sentence, *(word(each) for each in r.answers)) for r in section.rows],
        )
        for section in matrix(found)
    ]
    return "".join(parts) + "\n"


GENERATORS: dict[str, Callable[[], str]] = {
    "codes": codes,
    "refusals": refusals,
    "sameness": sameness,
    "targets": targets,
    "versions": versions,
}


def renewed(text: str) -> str:
    """The document with every generated part as it should be now. Raises KeyError where nobody makes a part."""
    return PART.sub(lambda part: part["head"] + GENERATORS[part["name"]]() + part["tail"], text)


def documents() -> list[Path]:
    """Every Markdown file of the project, sorted; cases and goldens are data and no documents."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    names = sorted({name for name in listed.stdout.split("\0") if name})
    return [
        ROOT / name for name in names if "/cases/" not in name and "/golden/" not in name and (ROOT / name).exists()
    ]


def main() -> None:
    """Renew every document in place and name those that changed."""
    for path in documents():
        text = path.read_text("utf-8")
        if (new := renewed(text)) != text:
            path.write_text(new, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
