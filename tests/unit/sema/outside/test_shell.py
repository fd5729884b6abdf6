"""Holes in shell scripts; `/bin/sh` itself is the judge of what is safe."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.sema.outside.shell import ShellContext, shell_holes

HOSTILE = (
    "plain",
    "two words",
    "'; echo stolen; '",
    '"; echo stolen; "',
    "$(echo stolen)",
    "`echo stolen`",
    "\\",
    "\\'; echo stolen; '",
    "a'b\"c",
    "line\necho stolen",
    "# no comment",
    "*",
    "$HOME ${HOME}",
    "x[$(echo stolen)]",
    ") echo stolen",
    "EOF\necho stolen",
    "",
)

# The hole is `§`. Scripts whose hole is a word print just its value.
SCRIPTS: list[tuple[str, ShellContext]] = [
    ("printf %s §", "word"),
    ("printf %s§", "word"),
    ("x=§; printf %s \"$x\"", "word"),
    ("printf %s $(printf %s §)x | sed 's/x$//' >/dev/null; printf %s §", "word"),
    ('y="$(printf %s §; printf x)"; printf %s "${y%x}"', "word"),
    ('y="$(printf %s "$(printf %s §; printf x)")"; printf %s "${y%x}"', "word"),
    ("(printf %s §)", "word"),
    ("{ printf %s §; }", "word"),
    ("unset q; printf %s ${q-§}", "word"),
    ("case § in a) printf no;; *) printf %s §;; esac", "word"),
    ("y=$(case a in a) printf %s §;; esac; printf x); printf %s \"${y%x}\"", "word"),
    ("if true; then printf %s §; fi # it's done", "word"),
    ("echo 'it' >/dev/null; printf %s §", "word"),
    ("echo \"a \\\" b\" >/dev/null; printf %s §", "word"),
    ("cat >/dev/null <<EOF\nit's \"\nEOF\nprintf %s §", "word"),
    ("cat >/dev/null <<-'EOF'\n\tit's `\n\tEOF\nprintf %s §", "word"),
    ("echo $((1 + 2)) ${#HOME} >/dev/null; printf %s §", "word"),
    ("( (true) && true ); printf %s §", "word"),
    ("echo a#b >/dev/null; printf %s §", "word"),
    ("printf '%s' '§'", "single_quotes"),
    ('printf %s "§"', "double_quotes"),
    ('printf %s "a \\"§"', "double_quotes"),
    ('printf %s "${HOME:+§}"', "double_quotes"),
    ("cat <<EOF\n§\nEOF\n", "here_document"),
    ("cat <<'EOF'\n§\nEOF\n", "here_document"),
    ("cat <<-EOF\n\t§\n\tEOF\n", "here_document"),
    ("true # §", "comment"),
    ("printf %s \\§", "backslash"),
    ("printf %s $§", "dollar"),
    ("printf %s ${§}", "dollar"),
    ("printf %s `printf %s §`", "backticks"),
    ("printf %s \"`printf %s §`\"", "backticks"),
    ("printf %s $((§))", "arithmetic"),
    ("printf %s \"$((1 + §))\"", "arithmetic"),
]  # fmt: skip


def parts_of(script: str) -> list[str | object]:
    parts: list[str | object] = []
    for index, text in enumerate(script.split("§")):
        parts += [object(), text] if index else [text]
    return parts


def contexts(script: str) -> list[ShellContext]:
    return [hole.context for hole in shell_holes(parts_of(script))]


def run(script: str, value: str, folder: Path) -> str | None:
    done = subprocess.run(
        ["/bin/sh", "-ec", script.replace("§", shlex.quote(value))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    return None if done.returncode else done.stdout


@pytest.mark.parametrize(("script", "context"), SCRIPTS)
def test_the_context_of_a_hole(script: str, context: ShellContext) -> None:
    assert set(contexts(script)) == {context}


@pytest.mark.parametrize("script", [script for script, context in SCRIPTS if context == "word"])
def test_a_word_comes_through_whole_whatever_it_is(script: str, tmp_path: Path) -> None:
    assert {value: run(script, value, tmp_path) for value in HOSTILE} == {value: value for value in HOSTILE}


@pytest.mark.parametrize("script", [script for script, context in SCRIPTS if context not in ("word", "comment")])
def test_elsewhere_some_value_does_not(script: str, tmp_path: Path) -> None:
    assert any(run(script, value, tmp_path) != value for value in HOSTILE)


def test_in_a_comment_a_new_line_gets_out(tmp_path: Path) -> None:
    assert "stolen" in (run("true # §", "x\necho stolen #", tmp_path) or "")


def test_several_holes_keep_their_order() -> None:
    assert contexts("echo § \"§\" '§' §") == ["word", "double_quotes", "single_quotes", "word"]
    found = shell_holes(["cp ", object(), " ", object(), ".bak"])
    assert [(hole.part, hole.touches) for hole in found] == [(1, False), (3, True)]


def test_a_here_document_begins_with_the_next_line() -> None:
    assert contexts("cat <<A <<B; echo §\n§\nA\n§\nB\necho §") == ["word", "here_document", "here_document", "word"]
    assert contexts("cat <<< §\necho §") == ["word", "word"]


@given(st.text(alphabet="ab§'\"`$(){}#\\\n <;|&", max_size=30))
def test_any_script_gets_a_context_for_each_hole(script: str) -> None:
    assert len(contexts(script)) == script.count("§")
