"""`flowc fmt`: what is aligned, what breaks, where comments go."""

from pathlib import Path
from textwrap import dedent

import pytest

from flowc.source import Source
from flowc.syntax.format import format_source
from flowc.syntax.parse import parse

CASES = Path(__file__).parents[2] / "cases" / "syntax"


def fmt(text: str) -> str:
    return format_source(Source("test.flow", text))


def check(text: str, expected: str) -> None:
    text, expected = dedent(text).strip("\n") + "\n", dedent(expected).strip("\n") + "\n"
    assert fmt(text) == expected
    assert fmt(expected) == expected
    assert parse(Source("", text))[0] == parse(Source("", expected))[0]


@pytest.mark.parametrize("path", sorted((CASES / "programs").rglob("*.flow")), ids=lambda path: path.name)
def test_programs_keep_their_tree_and_come_to_rest(path: Path) -> None:
    text = path.read_text()
    once = fmt(text)
    assert fmt(once) == once
    assert parse(Source("", once)) == (parse(Source("", text))[0], [])


def test_what_cannot_be_read_stays_as_it_is() -> None:
    assert fmt("flow  a {\n  let x = \n}") == "flow  a {\n  let x = \n}"


def test_tasks_align_until_something_parts_them() -> None:
    check(
        """
        flow a {
        task b = sh "x"
        check b > 0
        task long_name = sh "x" {
            retry 3
              timeout 1h
        }
        task c = sh "x"
        task dd = sh "x"

        task e = sh "x"
        }
        """,
        """
        flow a {
          task b         = sh "x"
          check b > 0
          task long_name = sh "x" {
            retry   3
            timeout 1h
          }
          task c  = sh "x"
          task dd = sh "x"

          task e = sh "x"
        }
        """,
    )


def test_schemas() -> None:
    check(
        """
        schema A { id: int @key, name: str }
        schema Long(A) { id: int }
        schema B {
          id: int @key
          ## about it
          customer_name: str? source raw.name
          x: int
        }
        """,
        """
        schema A       { id: int @key, name: str }
        schema Long(A) { id: int }
        schema B {
          id: int @key
          ## about it
          customer_name: str? source raw.name
          x:             int
        }
        """,
    )


def test_a_long_task_moves_its_clauses_into_a_block_and_breaks_brackets() -> None:
    check(
        """
        flow a {
          task b = http post("http://127.0.0.1:8001/api/v1/connections/sync", json: { id: "b2b7-22" }
            ) -> json writes orders after c
          task d = python shop.etl:a_function_with_a_name(first_argument_of_it,
                              second_argument: 1_000_000, third_argument: "x y z")
        }
        """,
        """
        flow a {
          task b = http post("http://127.0.0.1:8001/api/v1/connections/sync", json: { id: "b2b7-22" }) -> json {
            writes orders
            after  c
          }
          task d = python shop.etl:a_function_with_a_name(
            first_argument_of_it,
            second_argument: 1_000_000,
            third_argument: "x y z",
          )
        }
        """,
    )


def test_what_was_broken_stays_broken_and_what_was_not_does_not() -> None:
    check(
        """
        flow a(
          b: int) {
          env { A: 1, B: 2 }
          env {
            A: 1, B: 2 }
          tags ["x",
            "y"]
          tags [
            "x", "y"]
        }
        connection wh: duckdb { database "x" }
        connection wh: duckdb {
          database "x" }
        """,
        """
        flow a(
          b: int,
        ) {
          env  { A: 1, B: 2 }
          env  {
            A: 1
            B: 2
          }
          tags ["x", "y"]
          tags [
            "x",
            "y",
          ]
        }
        connection wh: duckdb { database "x" }
        connection wh: duckdb {
          database "x"
        }
        """,
    )


def test_long_conditions_break_before_their_words() -> None:
    name = "a_rather_long_name_of_something_that_is_true"
    check(
        f'flow a {{\n  check {name} and {name} == 3 and ({name} or b), fail: "x"\n}}',
        f"""
        flow a {{
          check {name}
              and {name} == 3
              and ({name} or b),
              fail: "x"
        }}
        """,
    )


def test_brackets_blanks_and_small_things() -> None:
    check(
        """
        import   a.b as c
        from a import (b,c as d,)
        flow  f ( ) {
          let x=((a))+(b*c)
          let r = 1 .. 10
          let s = a.b..c
          for k,v in { a:1 } limit 3{ skip }
          match x { 1,2=>skip
          _ => task t=sh "x"
          }
          return a:1,b:-x
          a>>[b,c,]>>d
          set  x.y=off
        }
        """,
        """
        import a.b as c
        from a import b, c as d
        flow f {
          let x = a + (b * c)
          let r = 1..10
          let s = a.b .. c
          for k, v in { a: 1 } limit 3 { skip }
          match x {
            1, 2 => skip
            _ => task t = sh "x"
          }
          return a: 1, b: -x
          a >> [b, c] >> d
          set x.y = off
        }
        """,
    )


def test_comments_stay_where_they_were() -> None:
    check(
        """
        # first

        # about the flow
        flow a { # opening
            # in the block
          retry 3   # behind
          let x = f( # inside
            b, # of b
            # before c
            c)
          let y = 1 +  ( 2 # in an expression
          )


          # last in the block
        } # closing
        # last
        """,
        """
        # first

        # about the flow
        flow a {  # opening
          # in the block
          retry 3  # behind
          let x = f(
            # inside
            b,  # of b
            # before c
            c,
          )
          # in an expression
          let y = 1 + 2

          # last in the block
        }  # closing
        # last
        """,
    )


def test_strings_keep_every_character() -> None:
    text = 'flow a {\n      task b = sql """\n  SELECT   1 \n\n      FROM x\t\n """ timeout 1h\n}\n'
    assert fmt(text) == text.replace("      task b", "  task b")
