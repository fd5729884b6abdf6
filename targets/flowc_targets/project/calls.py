"""What the call of a task's action is given: arguments, texts, requests, and how its result is to be read."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.ir import actions as ir
from flowc.ir.expr import Expr, Secret, Text
from flowc.ir.graph import Node
from flowc.ir.types import Scalar, Table, Type
from flowc.target.contract import Answer, Refused
from flowc.target.holes import script, statement, url
from flowc.target.literals import string
from flowc.target.python import source, text_form
from flowc.target.types import spelled
from flowc_targets.project.body import Body
from flowc_targets.project.leaves import asset_value, delta


def argument(arg: ir.Arg, body: Body) -> str:
    """An argument of the user's function."""
    value = body.write(source(arg.value, body))
    return f"{arg.name}={value}" if arg.name else value


def words(expr: Expr, body: Body) -> str:
    """A text that a person reads."""
    return body.write(source(expr, body) if isinstance(expr, Text) else text_form(expr, body))


def said(node: Node, text: Expr | None, body: Body) -> str:
    """What a check says that does not hold: its text, or else its condition, which is its name."""
    return words(text, body) if text is not None else string(" ".join(node.name.split()))


def variables(node: Node, body: Body) -> str:
    """The environment of a task, as arguments. A variable is a text, and a secret is one."""

    def value(expr: Expr) -> str:
        return body.write(source(expr, body) if isinstance(expr, Secret) else text_form(expr, body))

    return ", ".join(f"{name}={value(expr)}" for name, expr in node.env)


def key_parts(node: Node, body: Body) -> str:
    """What tells one kept value of a task from another: its `key`, or else what its action is given."""
    assert node.cache is not None
    if node.cache.key is not None:
        return ", ".join(body.write(source(part, body)) for part in node.cache.key)
    match node.action:
        case ir.Python(args=args):
            return ", ".join(body.write(source(arg.value, body)) for arg in args)
        case ir.Shell(script=text):
            return body.write(script(text, body))
        case ir.Sql(statement=text):
            return body.write(statement(text, body))
        case _:
            raise AssertionError(f"{node.name}: `cache` without `key` is refused")


def cache_of(node: Node) -> Answer | None:
    """Why a task's value cannot be kept, where it cannot."""
    match node.action:
        case ir.Python() | ir.Shell() | ir.Sql():
            return None
        case ir.Http() | ir.Email():
            return None if node.cache and node.cache.key else Refused("a request is no key", "say one: `key: [...]`")
        case _:
            return Refused("there is nothing of it that could be kept", "leave `cache` to the tasks that compute")


def kept(node: Node, body: Body, called: str) -> list[str]:
    """The arguments of `kept`, which calls only where no value is kept."""
    cache = node.cache
    assert cache is not None
    named = output(node)
    if cache.keep is not None:
        named.append(f"keep={body.write(delta(cache.keep))}")
    name = string(f"{body.graph.name}.{node.name}")
    return [name, f"[{key_parts(node, body)}]", f"lambda: {called}", *named]


def output(node: Node) -> list[str]:
    """The type that a result is read as."""
    return [f"output={string(spelled(node.output))}"] if node.output is not None else []


def is_path(kind: Type | None) -> bool:
    """Whether a result is a file, or may be one."""
    return getattr(kind, "item", kind) == Scalar("path")


def table(node: Node, body: Body) -> list[str]:
    """The table that a statement's result is, where it is one."""
    if not isinstance(node.output, Table) or not node.writes:
        return []
    asset = body.graph.asset(node.writes[0].asset)
    return [f"table={body.write(asset_value(asset))}.handle"]


def look(asked: ir.Sql | ir.Http, body: Body) -> tuple[str, list[str]]:
    """The function that a wait calls each time, and what it is given."""
    if isinstance(asked, ir.Sql):
        given = [body.connected(asked.connection).text, body.write(statement(asked.statement, body))]
        return f"{body.module('looks')}.finds", given
    assert asked.method == "GET", "a look changes nothing"
    given = [body.write(url(asked.url, body))]
    if asked.connection:
        given.append(f"connection={body.connected(asked.connection).text}")
    if asked.headers is not None:
        given.append(f"headers={body.write(source(asked.headers, body))}")
    return f"{body.module('looks')}.answers", given


def request(node: Node, asked: ir.Http, body: Body, place: Iterable[str]) -> list[str]:
    """An HTTP request; `place` is where the file of an answer is made."""
    given = [string(asked.method), body.write(url(asked.url, body))]
    if asked.connection:
        given.append(f"connection={body.connected(asked.connection).text}")
    parts = {"headers": asked.headers, "params": asked.params, "json": asked.json, "body": asked.body}
    given += [f"{name}={body.write(source(part, body))}" for name, part in parts.items() if part is not None]
    return [*given, *output(node), *place]
