"""The layout against black: on what only some programs have, on random statements and modules, on all that is built."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from flowc.compiler import compile_paths
from flowc.diagnostics import Problems
from flowc.emit.format import NotPythonError, blackened, formatted
from flowc.emit.layout import OddError, Page, page
from flowc.emit.tree import FileTree
from flowc.ir.graph import Program
from flowc.target.legalise import legalise
from flowc.target.registry import target, target_names
from tests.fuzz.running import Unwanted, laid
from tests.fuzz.search import SLOW
from tests.fuzz.strategy import flows
from tests.fuzz.tree import Flow
from tests.unit.emit.random_python import Python

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"
LONG = "a_name_that_is_long_enough_to_make_a_line_break"
OTHER = "another_name_that_is_as_long_as_it_has_to_be"
seeds = st.integers(0, 2**32)


def unasked(text: str) -> Page:
    """Laid out without black: the test fails if it would be asked."""

    def refuse(said: str) -> str:
        pytest.fail(f"black was asked for\n{said}")

    return page(text, refuse)


# ------------------------------------------------------------------ by hand


@pytest.mark.parametrize(
    "text",
    [
        f"x = {LONG}.{OTHER}.{LONG}",
        f"x = {LONG}({OTHER}).{LONG}",
        f"x = {LONG}.filter({OTHER} == 1).order_by({LONG}).all()",
        f'x = "{LONG}".join({OTHER}, {LONG})',
        f'{LONG}_{LONG} = "{OTHER}"',
        f'{LONG}_{LONG} = "{OTHER} {OTHER} {OTHER}"',
        f"{LONG}[{OTHER}] = {LONG}",
        f"{LONG}: {OTHER}[int] = {LONG}",
        f"x = y = {LONG}({OTHER}, {LONG})",
        f"x, y = {LONG}({OTHER}), {LONG}",
        f"({LONG}, {OTHER}, other), more = {LONG}",
        f"{LONG} >> {OTHER}({LONG})",
        f"[{LONG}, {OTHER}] >> {LONG}",
        f"x = not {LONG}({OTHER}, {LONG})",
        f"x = {LONG} if {OTHER} else {LONG}",
        f"call({LONG}, {LONG} if {OTHER} else None, {OTHER})",
        f"call(key={LONG}, other=lambda value: {LONG} == {OTHER})",
        f"x = [{LONG}(each) for each in {OTHER} if {LONG}]",
        f'x = {{"a": {LONG} + {OTHER}, **{LONG}}}',
        f"x = call({LONG}[{OTHER} + 1 :], {LONG}[1:2], a[-1])",
        f"return {LONG}, {OTHER}, {LONG}",
        f"return ({LONG} and {OTHER} or {LONG})",
        f"return (yield)  # {LONG}",
        f"assert {LONG} == {OTHER}, {LONG}",
        f"raise {LONG}({OTHER}, {LONG}) from None",
        f"del {LONG}, {OTHER}, {LONG}",
        f"from {LONG} import {OTHER}, {LONG} as other",
        f"from {LONG}.{OTHER} import ({LONG},)",
        f"import {LONG}, {OTHER}, {LONG}",
        f"@{LONG}({OTHER}, key={LONG})\ndef f(): # type: ignore\n    pass",
        f"def f({LONG}: int, {OTHER}: str = 'a', *, {LONG}: int) -> {OTHER}:\n    pass",
        f"def f({LONG}: dict[str, int]) -> {OTHER}[str, {LONG}]:\n    pass",
        f"def f() -> {LONG}_{OTHER}_1234567:\n    pass",
        f"async def f(self, {LONG}, {OTHER}):\n    await {LONG}({OTHER}, {LONG})",
        f"class A({LONG}, metaclass={OTHER}, key={LONG}):\n    pass",
        f"if {LONG} and {OTHER} or not {LONG}:\n    pass",
        f"for x, y in {LONG}({OTHER}, {LONG}):\n    pass",
        f"for (x, y) in {LONG}, {OTHER}:\n    pass",
        f"with {LONG}({OTHER}) as x, {LONG}({OTHER}) as y:\n    pass",
        f"with ({LONG} if {OTHER} else x), y:\n    pass",
        f"with ({LONG} if {OTHER} else x, y):\n    pass",
        f"from {LONG}.{LONG} import x  # why it is",
        f"try:\n    pass\nexcept ({LONG}, {OTHER}, {LONG}) as error:\n    pass",
        "match x:\n    case A(b=1) | None if c:\n        pass",
        'shell.run("""first\n  second\nthird""")',
        'shell.run("""first\nsecond""", output="x")',
        'return conform(shell.run("""first\nsecond"""), "str")',
        'x = {"a": """first\nsecond""", "b": 1}',
        f"x = call(a,  # {LONG}\n    b)",
        f"x = call({LONG}, {OTHER})  # a note that makes it longer than it may be",
        "x = a if b else (c, d)[0]",
        "x = 'a' + '\"' + \"it's \\\"so\\\"\" + \"a \\\"b\\\"\" + b'x' + f'{x}'",
        "x = a.b**2 + 2 ** f(1) + -a",
        "tasks = [\n    # the first\n    Task('a'),\n    # the second\n    Task(\n        'b',\n    ),\n]",
        f"tasks = [\n    # the first\n    Task({LONG}, {OTHER}, {LONG}),\n    # the second\n    Task(b),\n]",
        "@a\n\n\n# a comment\n@b\ndef f(x):\n\n\n\n    return x\ndef g():\n    pass\nx = 1",
        'class A:\n    """What it is."""\n    x = 1\n    def f(self):\n        pass\n    y = 2',
        '# first\n"""What it is."""\nimport a\nx = 1\nif x:\n    def f(): # why\n        pass\nelse:\n    y = 2',
        '"""In\nseveral lines.\n"""\nx = 1\n\n\n\n\ny = 2\n\n\n',
        "",
    ],
)
def test_as_black_lays_it_out(text: str) -> None:
    whole = text + "\n" if text else ""
    for level in (0, 1, 3):
        head = "".join(" " * (4 * depth) + "if x:\n" for depth in range(level))
        is_shifted = '"""' not in whole and not whole.startswith("#")
        if level and (not is_shifted or not whole):
            continue
        inside = head + "".join(f"{' ' * (4 * level)}{line}\n" if line else "\n" for line in whole.splitlines())
        assert formatted(inside) == blackened(inside)


@pytest.mark.parametrize(
    "text",
    [
        f"x = {LONG}({OTHER},)({LONG})",  # a comma that breaks brackets which are not the last
        f"x = [({LONG} or {OTHER})]",  # parentheses that black drops
        "x = 0XFF + 1E5",
        "x = U'a' + 'it\\'s'",
        "if x:\n    y = ((a + b))",
        "x = -a**b",
        f"x = call(\n    # a comment\n    {LONG}, {OTHER})",
        "x = a; y = b",
    ],
)
def test_what_is_not_certain_is_left_to_black(text: str) -> None:
    asked: list[str] = []

    def ask(said: str) -> str:
        asked.append(said)
        return blackened(said)

    try:
        found = page(text + "\n", ask)
    except OddError:
        assert ";" in text
    else:
        assert asked and found.asked
        assert found.text == blackened(text + "\n")
    assert formatted(text + "\n") == blackened(text + "\n")


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    """ What it is. """\n',
        "def f():\n    'What it is.'\n",
        'def f():\n    """What it is.\n    """\n',
        "if x: y = 1\n",
        "x = [  # fmt: skip\n    1]\n",
        "x = a \\\n    + b\n",
        "if x:\n\ty = 1\n",
        "if x:\n  y = 1\n",
        "x = 1\n    # a comment that stands elsewhere\n",
    ],
)
def test_black_is_given_the_whole_file(text: str) -> None:
    with pytest.raises(OddError):
        unasked(text)
    assert formatted(text) == blackened(text)


@pytest.mark.parametrize(
    "text", ["def", "x = = 1", "x = (1", "x = 1)", 'x = "a', "return x y", "if x:", "f(a b)", "else:"]
)
def test_what_is_no_python_is_told(text: str) -> None:
    with pytest.raises(NotPythonError):
        formatted(text)


@pytest.mark.parametrize(
    "letter", ["\u00e9", "\u4e2d", "\U0001f600", "\uff21", "\u0430", "\u0301", "\u2630", "\u20ac", "\u1161"]
)
def test_letters_are_as_wide_as_they_are_shown(letter: str) -> None:
    for count in range(30, 100):
        text = f'call("{letter * count}", b)\n'
        assert formatted(text) == blackened(text)


def test_lines_that_differ_in_names_alone_are_remembered() -> None:
    first, second = (
        f"    return apart({name}, f'{{{name}}} %s', '{name}', key={name}(1, 0x1F), more=[{name}])\n"
        for name in ("ab_1" * 5, "xyz2" * 5)
    )
    for text in (first, second, first.replace("0x1F", "0xFF"), first.replace("[", "(").replace("]", ",)")):
        assert unasked(f"def f():\n{text}").text == blackened(f"def f():\n{text}")


# ------------------------------------------------------------------ random


def _with_levels(python: Python, count: int) -> list[tuple[str, int]]:
    """Statements that parse, each with the level of its block."""
    found: list[tuple[str, int]] = []
    while len(found) < count:
        level, depth = python.random.choice((0, 0, 1, 2, 4)), python.random.choice((0, 1, 1, 2, 2, 3))
        is_header = python.random.random() < 0.3
        text = f"{python.header(depth)}\n    pass" if is_header else python.simple(depth)
        if len(text) < 1500 and _parses(text):
            found.append((text, level))
    return found


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _placed(text: str, level: int) -> str:
    head = "".join(" " * (4 * depth) + "if x:\n" for depth in range(level))
    return head + "".join(f"{' ' * (4 * level)}{line}\n" for line in text.split("\n"))


@settings(max_examples=40)
@given(seeds)
def test_random_statements(seed: int) -> None:
    """Ten at a time, of which nine are laid out without black's help."""
    asked = 0
    for text, level in _with_levels(Python(Random(seed)), 10):
        whole = _placed(text, level)
        try:
            found = page(whole, blackened)
        except OddError:
            asked += 1
            continue
        asked += bool(found.asked)
        assert found.text == blackened(whole), whole
        assert page(found.text, blackened).text == found.text
    assert asked <= 2


def test_hardly_a_random_statement_needs_black() -> None:
    """So that the properties are about this package and not about black."""
    statements = _with_levels(Python(Random(5)), 1000)
    asked: list[str] = []
    for text, level in statements:
        whole = _placed(text, level)
        try:
            asked += [whole] if page(whole, blackened).asked else []
        except OddError:
            asked.append(whole)
    assert len(asked) < 30, asked


@settings(max_examples=25)
@given(seeds)
def test_random_modules(seed: int) -> None:
    python = Python(Random(seed))
    while not _parses(text := python.module()):
        pass
    assert formatted(text) == blackened(text)
    assert formatted(formatted(text)) == formatted(text)


# ------------------------------------------------------------------ what is built


def rendered(path: Path, name: str) -> FileTree:
    """The files of a target as it renders them; none where it cannot say the flow."""
    program = compile_paths([path]).program
    return FileTree() if program is None else _rendered(program, name)


def _rendered(program: Program, name: str) -> FileTree:
    made, problems = target(name), Problems()
    legalise(made, program, problems)
    return FileTree() if problems.has_errors else made.render(made.lower(made.prepare(program)))


def sources(tree: FileTree, seen: set[str]) -> Iterator[tuple[str, str]]:
    """The Python files that were not seen yet."""
    for path, text in tree.items():
        if path.endswith(".py") and isinstance(text, str) and text not in seen:
            seen.add(text)
            yield path, text


STORIES = sorted((ROOT / "tests" / "conformance").glob("*/main.flow"))
EXAMPLES = sorted((ROOT / "examples").rglob("*.flow"))


@pytest.mark.slow
@pytest.mark.parametrize("name", target_names())
def test_nothing_that_is_built_needs_black(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even what is copied into projects: each build would wait for it."""
    seen: set[str] = set()
    for path in (*EXAMPLES, *STORIES):
        monkeypatch.chdir(path.parent)
        for file, text in sources(rendered(path, name), seen):
            once = unasked(text)
            assert unasked(once.text).text == once.text, f"{path} {file}"
    assert len(seen) > 50


@pytest.mark.slow
@pytest.mark.parametrize("example", sorted(path.name for path in GOLDEN.iterdir()))
def test_black_changes_no_golden(example: str) -> None:
    for path in (GOLDEN / example).rglob("*.py"):
        text = path.read_text("utf-8")
        assert blackened(text) == text, path


@pytest.mark.slow
@pytest.mark.parametrize("name", target_names())
def test_what_is_copied_is_as_black_would_lay_it_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The support package of a project, whose sources have longer lines than it."""
    seen: set[str] = set()
    for path in EXAMPLES:
        monkeypatch.chdir(path.parent)
        for file, text in sources(rendered(path, name), seen):
            assert formatted(text) == blackened(text), file
    assert len(seen) > 20


COPIED: set[str] = set()


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=SLOW)
@given(flows())
def test_random_flows_on_every_target(flow: Flow) -> None:
    with TemporaryDirectory(prefix="layout-") as name:
        try:
            program = laid(flow, Path(name))
        except Unwanted:
            reject()
        for each in target_names():
            for file, text in sources(_rendered(program, each), COPIED):
                assert unasked(text).text == blackened(text), file


def test_a_build_does_not_load_black(tmp_path: Path) -> None:
    code = (
        "import sys; from flowc.cli import main; "
        f"main(['build', 'fx_rates.flow', '--target', 'airflow', '-o', {str(tmp_path)!r}]); "
        "sys.exit('black' in sys.modules)"
    )
    home = ROOT / "examples" / "03_branching_fallback"
    done = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.rglob("dags/*.py"))
