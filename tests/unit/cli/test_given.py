"""Params and instants of the command line."""

from pathlib import Path

import click
import pytest

from flowc.cli.given import Instant, params_from, params_given


def test_params_are_names_and_texts() -> None:
    assert params_given(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}


@pytest.mark.parametrize("words", [["a"], ["=1"], ["a=1", "a=2"]])
def test_what_is_no_param(words: list[str]) -> None:
    with pytest.raises(click.UsageError, match="--param"):
        params_given(words)


def test_a_file_of_params(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"a": [1, 2.5], "b": null}')
    (tmp_path / "p.toml").write_text('a = [1, 2.5]\nday = 2024-01-01\nb = "x"\n')
    assert params_from(tmp_path / "p.json") == {"a": [1, 2.5], "b": None}
    assert params_from(tmp_path / "p.toml")["a"] == [1, 2.5]
    assert params_from(None) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "it must hold an object"),
        ("{", "Expecting property name"),
        (None, "no such file"),
        ("[" * 99_999, "nested too deep"),
    ],
)
def test_a_file_that_holds_no_params(text: str | None, said: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "p.json").write_text(text)
    with pytest.raises(click.UsageError, match=said):
        params_from(tmp_path / "p.json")


def test_instants() -> None:
    assert Instant().convert("2024-01-31T06:00Z", None, None).isoformat() == "2024-01-31T06:00:00+00:00"
    assert Instant().convert("2024-01-31", None, None).isoformat() == "2024-01-31T00:00:00"
    with pytest.raises(click.BadParameter, match="tomorrow is no instant"):
        Instant().convert("tomorrow", None, None)
