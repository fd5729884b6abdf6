"""What a profile and the `set` lines of a project change: defaults of parameters, clauses of flows, sizes of pools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, evolve, field, frozen

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.types import INT
from flowc.sema.clauses import refuse_others
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import expected
from flowc.sema.modules import Module
from flowc.sema.vocabulary import CLAUSES
from flowc.syntax import ast


@frozen
class Setting:
    """One `set path = value`, and the module it stands in."""

    path: tuple[str, ...]
    stmt: ast.Set
    module: Module


@define(eq=False)
class Environment:
    """The profile that is used, resolved: weakest first."""

    settings: list[Setting] = field(factory=list[Setting])
    defaults: list[tuple[Module, ast.Block]] = field(factory=list[tuple[Module, ast.Block]])
    connections: dict[str, tuple[Module, ast.Connection]] = field(factory=dict[str, tuple[Module, ast.Connection]])
    targets: list[tuple[Module, ast.Target]] = field(factory=list[tuple[Module, ast.Target]])


def environment_of(modules: Iterable[Module], profile: str | None, problems: Problems) -> Environment:
    """The `set` lines of all files, then the profile's, those that it extends first."""
    held = list(modules)
    found = Environment()
    for module in held:
        found.settings += [_setting(item, module) for item in module.each(ast.Set)]
    for module, declared in _chain(held, profile, problems):
        _apply(found, module, declared)
    found.settings = _last(found.settings)
    for module in held:
        for declared in module.each(ast.Profile):
            refuse_others(declared.body, _STRAY, problems, but=_IN_PROFILES)
            for clause in declared.body.clauses:
                word = clause.name.text
                helps = (f"for every flow: defaults {{ {word} ... }}", f"for one: set FLOW.{word} = ...")
                problems.add("FLOW212", _STRAY, clause.span, helps=helps)
    return found


_STRAY = "this cannot stand in a profile: it holds `set`, `defaults`, `connection` and `target`"
_IN_PROFILES = (ast.Set, ast.Defaults, ast.Connection, ast.Target)


def _last(settings: Iterable[Setting]) -> list[Setting]:
    """What was said last of each path, whole clauses before their modifiers."""
    strongest = {setting.path: setting for setting in settings}
    return sorted(strongest.values(), key=lambda setting: len(setting.path))


def settings_of_profiles(modules: Iterable[Module]) -> list[Setting]:
    """The `set` lines of every profile, also of those that are not used."""
    return [
        _setting(stmt, module)
        for module in modules
        for profile in module.each(ast.Profile)
        for stmt in profile.body
        if isinstance(stmt, ast.Set)
    ]


def _setting(stmt: ast.Set, module: Module) -> Setting:
    return Setting(tuple(part.text for part in stmt.path.parts), stmt, module)


def _chain(modules: Sequence[Module], profile: str | None, problems: Problems) -> list[tuple[Module, ast.Profile]]:
    profiles: dict[str, tuple[Module, ast.Profile]] = {}
    for module in modules:
        for item in module.each(ast.Profile):
            held = profiles.setdefault(item.name.text, (module, item))
            if held[0] is not module:
                problems.add(
                    "FLOW202",
                    f"profile `{item.name.text}` is declared twice in the project",
                    item.name.span,
                    related=[Label(held[1].name.span, "first here")],
                )
    for _, item in profiles.values():
        _check_extends(item, profiles, problems)
    chain: list[tuple[Module, ast.Profile]] = []
    name = profile
    while name is not None and name in profiles and profiles[name] not in chain:
        chain.insert(0, profiles[name])
        extends = profiles[name][1].extends
        name = extends.text if extends else None
    if profile is not None and profile not in profiles:
        near = closest(profile, profiles)
        known = f"the profiles are {', '.join(profiles)}" if profiles else "no profile is declared"
        problems.add(
            "FLOW201", f"unknown profile `{profile}`", None, helps=(f"did you mean `{near}`?",) if near else (known,)
        )
    return chain


def _check_extends(item: ast.Profile, profiles: dict[str, tuple[Module, ast.Profile]], problems: Problems) -> None:
    seen = [item.name.text]
    current = item
    while current.extends is not None:
        base = current.extends.text
        if base not in profiles:
            near = closest(base, profiles)
            helps = (f"did you mean `{near}`?",) if near else ()
            problems.add("FLOW201", f"unknown profile `{base}`", current.extends.span, helps=helps)
            return
        if base in seen:
            ring = seen[seen.index(base) :]
            if item.name.text == min(ring):  # each circle once, from the first of its names
                drawn = " -> ".join([*ring, base])
                problems.add("FLOW806", f"profiles extend each other in a circle: {drawn}", current.extends.span)
            return
        seen.append(base)
        current = profiles[base][1]


def _apply(found: Environment, module: Module, profile: ast.Profile) -> None:
    for stmt in profile.body:
        match stmt:
            case ast.Set():
                found.settings.append(_setting(stmt, module))
            case ast.Defaults():
                found.defaults.append((module, stmt.body))
            case ast.Connection():
                found.connections[stmt.name.text] = (module, stmt)
            case ast.Target():
                found.targets.append((module, stmt))
            case _:
                pass


def check_paths(settings: Iterable[Setting], flows: dict[str, ast.Flow], pools: set[str], problems: Problems) -> None:
    """Every `set` names something that is there (FLOW805)."""
    settings = list(settings)
    given = {setting.path for setting in settings}
    for setting in settings:
        match setting.path:
            case ("pools", _):
                pass
            case (flow, *rest) if flow in flows and rest:
                _check_rest(setting, flows[flow], rest, given, problems)
            case (first, *_):
                near = closest(first, [*flows, "pools"])
                helps = (f"did you mean `{near}`?",) if near else ("set FLOW.PARAM, FLOW.CLAUSE or pools.NAME",)
                problems.add(
                    "FLOW805", f"`{setting.stmt.path.text}` names nothing", setting.stmt.path.span, helps=helps
                )
            case _:
                pass


def _check_rest(
    setting: Setting, flow: ast.Flow, rest: list[str], given: set[tuple[str, ...]], problems: Problems
) -> None:
    word, *modifier = rest
    params = {param.name.text for param in flow.params}
    spec = CLAUSES.get(word)
    if word in params and not modifier:
        return
    if spec is not None and "f" in spec.places:
        known = {slot.name for slot in spec.modifiers}
        is_there = (flow.name.text, word) in given or any(_is(stmt, word) for stmt in flow.body)
        if not modifier or (len(modifier) == 1 and modifier[0] in known and is_there):
            return
        near = closest(modifier[0], known)
        what = f"`{word}` has no `{modifier[0]}:`" if is_there else f"flow `{flow.name.text}` says no `{word}`"
    else:
        words = [*params, *(name for name, one in CLAUSES.items() if "f" in one.places)]
        near = closest(word, words)
        what = f"flow `{flow.name.text}` has no parameter or clause `{word}`"
    problems.add("FLOW805", what, setting.stmt.path.span, helps=(f"did you mean `{near}`?",) if near else ())


def pool_size(setting: Setting, context: Context) -> int | None:
    """The slots that `set pools.name = n` gives a pool; None after FLOW601 or what is wrong with the value."""
    value = setting.stmt.value
    found = expected(value, context, INT, what=f"`{setting.stmt.path.text}`")
    if not require_stage(found, "build", context, "the size of a pool"):
        return None
    size = constant(found)
    if isinstance(size, int) and size > 0:
        return size
    context.problems.add("FLOW601", "a pool has one slot or more", value.span)
    return None


def apply_settings(flow: ast.Flow, settings: Iterable[Setting]) -> ast.Flow:
    """The flow as the settings leave it; those that name nothing were told by `check_paths`."""
    for setting in settings:
        match setting.path:
            case (name, word) if name == flow.name.text and (_is_param(flow, word) or _is_clause(word)):
                flow = _set(flow, word, setting.stmt)
            case (name, word, modifier) if name == flow.name.text and _is_clause(word, modifier):
                flow = _set_modifier(flow, word, modifier, setting.stmt)
            case _:
                pass
    return flow


def _is_param(flow: ast.Flow, word: str) -> bool:
    return any(param.name.text == word for param in flow.params)


def _is_clause(word: str, modifier: str | None = None) -> bool:
    """Whether a flow has such a clause, with such a modifier."""
    spec = CLAUSES.get(word)
    known = {slot.name for slot in spec.modifiers} if spec else set[str]()
    return spec is not None and "f" in spec.places and (modifier is None or modifier in known)


def _set(flow: ast.Flow, word: str, stmt: ast.Set) -> ast.Flow:
    if _is_param(flow, word):
        params = tuple(evolve(param, default=stmt.value) if param.name.text == word else param for param in flow.params)
        return evolve(flow, params=params)
    kept = tuple(s for s in flow.body if not _is(s, word))
    if isinstance(stmt.value, ast.Name) and stmt.value.text == "off":
        return _with(flow, kept)
    held = [s for s in flow.body if isinstance(s, ast.Clause) and _is(s, word)]
    first = ast.Arg(None, stmt.value, span=stmt.value.span)
    rest = held[0].args if held else ()
    named = tuple(arg for arg in rest if arg.name is not None)
    clause = ast.Clause(ast.Name(word, span=stmt.path.parts[-1].span), (first, *named), span=stmt.span)
    return _with(flow, (*kept, clause))


def _set_modifier(flow: ast.Flow, word: str, modifier: str, stmt: ast.Set) -> ast.Flow:
    name = ast.Name(modifier, span=stmt.path.parts[-1].span)
    added = ast.Arg(name, stmt.value, span=stmt.value.span)

    def changed(clause: ast.Stmt) -> ast.Stmt:
        if not (isinstance(clause, ast.Clause) and _is(clause, word)):
            return clause
        others = tuple(arg for arg in clause.args if arg.name is None or arg.name.text != modifier)
        return evolve(clause, args=(*others, added))

    return _with(flow, tuple(changed(stmt_) for stmt_ in flow.body))


def _is(stmt: ast.Stmt, word: str) -> bool:
    return isinstance(stmt, ast.Clause) and stmt.name.text == word


def _with(flow: ast.Flow, statements: tuple[ast.Stmt, ...]) -> ast.Flow:
    return evolve(flow, body=evolve(flow.body, statements=statements))
