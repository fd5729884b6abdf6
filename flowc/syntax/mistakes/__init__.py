"""From where the parser stopped to what the user should know: a place, a sentence, a way out. Never a parser's word.

Each rule looks at the scene and explains it or passes; the first to explain wins, so the sure ones come first.
"""

from __future__ import annotations

from collections.abc import Callable

from flowc.diagnostics import Diagnostic
from flowc.syntax.mistakes import brackets, habits, letters, parts, statements
from flowc.syntax.mistakes.expectation import thing, wanted
from flowc.syntax.mistakes.scene import Scene, mistake

Rule = Callable[[Scene], Diagnostic | None]

_RULES: tuple[Rule, ...] = (
    parts.stray_doc,
    brackets.unclosed_bracket,
    brackets.unclosed_block,
    brackets.stray_brace,
    brackets.missing_brace,
    brackets.wrong_closer,
    parts.prefix_of_string,
    habits.block_after_colon,
    habits.other_comment,
    habits.other_operator,
    habits.other_shape,
    habits.other_operand,
    statements.task_without_word,
    parts.angle_brackets,
    statements.two_on_a_line,
    statements.wrong_place,
    statements.lone_else,
    statements.dashed_name,
    statements.joined_by_comma,
    statements.block_on_next_line,
    parts.doubled_operator,
    parts.short_time,
    parts.python_reference,
    statements.unknown_word,
    parts.statement_in_map,
    parts.missing_colon,
    parts.gap_before_bracket,
    parts.untyped_param,
    parts.clause_like_yaml,
    parts.equals_for_equal,
    parts.double_equals,
    parts.late_outputs,
    parts.arm_arrow,
    parts.uncalled,
    parts.missing_comma,
)


def explain(scene: Scene) -> Diagnostic:
    """The diagnostic for where the parser stopped."""
    if not scene.kind:
        return letters.explain(scene)
    found = (rule(scene) for rule in _RULES)
    return next((diagnostic for diagnostic in found if diagnostic), None) or _plainly(scene)


def _plainly(scene: Scene) -> Diagnostic:
    """No rule knows better: what stands here, and what could."""
    want = wanted(scene.expected)
    before = scene.before
    if scene.at_end and before is not None and before.text and want:
        what = thing(scene.expected) or want
        missing = f"{what.rstrip(',')} is missing after `{_short(before.text)}`"
        return mistake("FLOW101", missing, scene.span(before.end, before.end))
    if not scene.found:
        return mistake("FLOW101", f"{thing(scene.expected) or 'something'} is missing here", scene.place)
    message = f"`{_short(scene.found)}` cannot stand here" + (f", only {want}" if want else "")
    return mistake("FLOW101", message, scene.place)


def _short(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 30 and first == text else first[:27] + "..."
