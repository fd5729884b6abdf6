"""What clauses come to: defaults and policies merged, weakest first, into the values of a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal, cast

from attrs import evolve, frozen

from flowc.ir.expr import Expr
from flowc.ir.graph import Cache, PoolUse, Resources, Retry
from flowc.sema.clauses import Said, constant_texts
from flowc.sema.context import Context
from flowc.sema.expressions import typed
from flowc.sema.hir import Policy
from flowc.syntax import ast

NOT_INHERITED = frozenset({"retry", "timeout", "pool", "cpu", "memory", "gpu"})
"""What `wait`, `run` and `check` do not take from around them: what they wait for has its own."""


@frozen
class Level:
    """The clauses of one place, and the context that they were written in."""

    said: tuple[Said, ...]
    context: Context

    def words(self) -> Mapping[str, Said]:
        return {said.spec.word: said for said in self.said}


def policy_of(levels: Iterable[Level], own: Level, *, inherits: bool = True) -> Policy:
    """Merge levels, weakest first, under a task's own clauses."""
    strongest: dict[str, tuple[Said, Context]] = {}
    env: dict[str, Expr] = {}
    for level in levels:
        for word, said in level.words().items():
            if word == "env":
                env |= _env(said, level.context)
            elif inherits or word not in NOT_INHERITED:
                strongest[word] = (said, level.context)
    for word, said in own.words().items():
        if word == "env":
            env |= _env(said, own.context)
        else:
            strongest[word] = (said, own.context)
    return _policy({word: said for word, (said, _) in strongest.items()}, env, strongest)


def _policy(said: Mapping[str, Said], env: dict[str, Expr], where: Mapping[str, tuple[Said, Context]]) -> Policy:
    lock = said["lock"].expr("name") if "lock" in said else None
    return Policy(
        retry=_retry(*where["retry"]) if "retry" in where else Retry(0),
        timeout=_duration(said, "timeout", "timeout"),
        pool=_pool(said.get("pool")),
        priority=_int(said, "priority", "priority") or 0,
        lock=lock,
        env=tuple(sorted(env.items())),
        resources=_resources(said),
        cache=_cache(*where["cache"]) if "cache" in where else None,
        poll=_duration(said, "poll", "period"),
        owner=_text(said, "owner", "owner"),
        tags=_tags(said.get("tags")),
    )


def _env(said: Said, context: Context) -> dict[str, Expr]:

    (names,) = said.raw("names")
    if not isinstance(names, ast.MapExpr):
        context.problems.add(
            "FLOW301", "`env` takes names and values", names.span, helps=('write `env { NAME: "value" }`',)
        )
        return {}
    inside = evolve(context, allows=context.allows | {"environment"})
    found: dict[str, Expr] = {}
    for entry in names.entries:
        key = entry.key.text if isinstance(entry.key, ast.Name) else entry.key.plain or ""
        found[key] = typed(entry.value, inside)
    return found


def _retry(said: Said, context: Context) -> Retry:
    delay = said.constant("delay")
    backoff = said.word("backoff") or "constant"
    longest = said.constant("max")
    if backoff != "constant" and not delay:
        context.problems.add(
            "FLOW602",
            f"`backoff: {backoff}` has no `delay` to grow from",
            said.span,
            helps=(f"retry {said.constant('count')}, delay: 30s, backoff: {backoff}",),
        )
    return Retry(
        cast(int, said.constant("count") or 0),
        delay if isinstance(delay, timedelta) else timedelta(0),
        cast(Literal["constant", "linear", "exponential"], backoff),
        longest if isinstance(longest, timedelta) else None,
        said.constant("jitter") is True,
        _matchers(said, "on", context),
        _matchers(said, "never", context),
    )


def _matchers(said: Said, slot: str, context: Context) -> tuple[int | str, ...]:
    raw = said.raw(slot)
    if not raw:
        return ()
    items = raw[0].items if isinstance(raw[0], ast.ListExpr) else raw
    found: list[int | str] = []
    for item in items:
        match item:
            case ast.IntLiteral(value=value):
                found.append(value)
            case ast.Name(text=text):
                found.append(text)
            case ast.Text(plain=str(text)):
                found.append(text)
            case _:
                context.problems.add(
                    "FLOW301",
                    f"`{slot}:` takes statuses, exit codes and names of exceptions",
                    item.span,
                    helps=(f'write `{slot}: [429, 503, ConnectionError, "timeout"]`',),
                )
    return tuple(found)


def _pool(said: Said | None) -> PoolUse | None:
    if said is None:
        return None
    slots = said.constant("slots")
    return PoolUse(str(said.constant("name")), slots if isinstance(slots, int) else 1)


def _resources(said: Mapping[str, Said]) -> Resources:
    cpu = said["cpu"].constant("cores") if "cpu" in said else None
    kind = said["gpu"].constant("kind") if "gpu" in said else None
    return Resources(
        float(cpu) if isinstance(cpu, (int, float)) else None,
        _int(said, "memory", "size"),
        _int(said, "gpu", "count"),
        kind if isinstance(kind, str) else None,
    )


def _cache(said: Said, context: Context) -> Cache:
    keep = said.constant("keep")
    raw = said.raw("key")
    key: tuple[Expr, ...] | None = None
    if raw:
        items = raw[0].items if isinstance(raw[0], ast.ListExpr) else raw
        key = tuple(typed(item, context) for item in items)
    return Cache(key, keep if isinstance(keep, timedelta) else None)


def _duration(said: Mapping[str, Said], word: str, slot: str) -> timedelta | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, timedelta) else None


def _int(said: Mapping[str, Said], word: str, slot: str) -> int | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, int) else None


def _text(said: Mapping[str, Said], word: str, slot: str) -> str | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, str) else None


def _tags(said: Said | None) -> tuple[str, ...]:
    return constant_texts(said, "tags") if said else ()
