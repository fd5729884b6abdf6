"""Diagnostics as text: for people, a line each, for programs, for code scanners. A form is imported when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

from flowc.diagnostics.model import Diagnostic

Form = Literal["terminal", "oneline", "json", "sarif"]
FORMS: tuple[Form, ...] = ("terminal", "oneline", "json", "sarif")


def render(diagnostics: Sequence[Diagnostic], form: Form, *, version: str = "", colour: bool = False) -> str:
    """The text of all diagnostics, in their order, ending with a newline unless it is empty.

    `version` is flowc's own, for SARIF; `colour` is for the terminal alone.
    """
    match form:
        case "terminal":
            from flowc.diagnostics.render import terminal

            return terminal.render(diagnostics, colour=colour)
        case "oneline":
            from flowc.diagnostics.render import oneline

            return oneline.render(diagnostics)
        case "json":
            from flowc.diagnostics.render import json

            return json.render(diagnostics)
        case "sarif":
            from flowc.diagnostics.render import sarif

            return sarif.render(diagnostics, version=version)
    assert_never(form)
