"""The pages of `flowc explain`, one for each code: `pages/FLOW309-optional-value-used.md`."""

from __future__ import annotations

from pathlib import Path

from flowc.diagnostics.codes import BY_SLUG, CODES, Code
from flowc.diagnostics.suggest import closest

PAGES = Path(__file__).parent / "pages"


def code_named(word: str) -> Code | None:
    """The code that `FLOW309`, `flow309`, `309` or `optional-value-used` names."""
    key = word.strip().lower()
    number = key.removeprefix("flow").lstrip("-_ ")
    return CODES.get(f"FLOW{number}") or BY_SLUG.get(key.replace("_", "-"))


def nearest(word: str) -> Code | None:
    """The code that was perhaps meant."""
    near = closest(word.strip(), [*BY_SLUG, *CODES])
    return code_named(near) if near else None


def page_path(code: Code) -> Path:
    """Where the page of a code is, whether or not it exists."""
    return PAGES / f"{code.number}-{code.slug}.md"


def page(code: Code) -> str | None:
    """The page as Markdown; None for a code of later versions that nothing reports yet."""
    path = page_path(code)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def readable(text: str) -> str:
    """A page for a terminal: its blocks of code indented, without the marks of Markdown around them."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        else:
            lines.append(f"    {line}".rstrip() if inside else line.removeprefix("# "))
    return "\n".join(lines) + "\n"


def summary(code: Code) -> str | None:
    """The first paragraph of the page, on one line: what is wrong."""
    text = page(code)
    return " ".join(text.split("\n\n")[1].split()) if text else None
