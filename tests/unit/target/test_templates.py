from pathlib import Path

import pytest

from flowc.target.templates import comment, doc, templates

TEMPLATE = """\
{% for name, value in rows %}
{{ name | identifier }} = {{ value | literal }}
{% endfor %}
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    root = tmp_path / "tiny_templates"
    (root / "templates").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    (root / "templates/a.py.j2").write_text(TEMPLATE)
    monkeypatch.syspath_prepend(tmp_path)
    templates.cache_clear()
    return "tiny_templates"


def test_a_template_prints_its_view(package: str) -> None:
    render = templates(package)
    assert render("a.py.j2", rows=[("class", "x\n"), ("n", 1)]) == 'class_ = "x\\n"\nn = 1\n'


def test_what_the_view_lacks_is_an_error(package: str) -> None:
    with pytest.raises(Exception, match="'rows' is undefined"):
        templates(package)("a.py.j2")


def test_docstrings() -> None:
    assert doc("One line.") == '"""One line."""'
    assert doc('Says "x"') == '"""Says "x\\""""'
    assert doc("First.\n\n  More \\d  \n") == '"""First.\n\n      More \\\\d\n    """'


def test_comments() -> None:
    assert comment("a \n\nb") == "# a\n#\n# b"
