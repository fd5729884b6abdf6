"""Templates print what lowering decided. The only file that knows jinja2, which is loaded when it is first needed.

A target's templates lie in its folder `templates/`. They see one view model and these filters: `literal` for every
constant, `block` for a string of several lines, `identifier`, `doc` for a docstring, `comment`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

from flowc.target.code import identifier
from flowc.target.literals import block, block_inside, literal


@lru_cache(maxsize=16)
def templates(package: str) -> Callable[..., str]:
    """`render(name, **view)` for the templates of a package (`"flowc_targets.airflow"`).

    A name that a template uses and the view lacks is an error, never an empty string.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package, "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    filters = cast(dict[str, Callable[..., str]], environment.filters)  # pyright: ignore[reportUnknownMemberType]
    filters.update(literal=literal, block=block, identifier=identifier, doc=doc, comment=comment)

    def render(name: str, **view: object) -> str:
        return environment.get_template(name).render(**view)

    return render


def doc(text: str, indent: int = 4) -> str:
    """The text as a docstring in a block that is indented so far; the first line's indent is the template's."""
    lines = text.strip().splitlines()
    if len(lines) <= 1:
        inside = block_inside(text.strip())
        return f'"""{inside[:-1]}\\""""' if inside.endswith('"') else f'"""{inside}"""'
    margin = " " * indent
    inside = "\n".join([lines[0], *(margin + line.rstrip() if line.strip() else "" for line in lines[1:])])
    return f'"""{block_inside(inside)}\n{margin}"""'


def comment(text: str) -> str:
    """The text as a comment, `# ` before each line."""
    return "\n".join(f"# {line.rstrip()}".rstrip() for line in text.splitlines())
