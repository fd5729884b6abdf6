"""Which tables a query's names stand for: sqlglot's scopes, without its complaints about what is no query."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowc.sema.outside.sql.tree import unwrapped

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope


@contextmanager
def silence() -> Generator[None]:
    """Keep sqlglot from warning on the terminal of what it does not understand."""
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def scope_of(query: exp.Expr) -> Scope | None:
    """The scope of a query, brackets around it aside."""
    from sqlglot.errors import OptimizeError
    from sqlglot.optimizer.scope import build_scope

    try:
        return build_scope(unwrapped(query))
    except OptimizeError:
        return None


def scopes_in(query: exp.Expr) -> list[Scope]:
    """The scopes of a query and of all queries in it, the inner ones first."""
    from sqlglot.errors import OptimizeError
    from sqlglot.optimizer.scope import traverse_scope

    try:
        return traverse_scope(unwrapped(query))
    except OptimizeError:
        return []


def selected(scope: Scope) -> dict[str, exp.Table | Scope]:
    """What FROM and JOIN of a query name."""
    from sqlglot.errors import OptimizeError

    try:
        return {name: found for name, (_, found) in scope.selected_sources.items()}
    except OptimizeError:  # one name for two tables, or several functions without a name
        return {}
