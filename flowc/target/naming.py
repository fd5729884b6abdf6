"""Names on an engine: ids that it takes, the same on every build, and names of variables in generated Python.

An id is the task's path joined with the engine's separator. Checks and `fail` arms are named by their text in a trace;
their ids say it in words: `check n > 0` is `check_n_gt_0`. The way back is `Names.back`.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

from attrs import frozen

from flowc.diagnostics import Label, Problems
from flowc.ir.graph import Graph, Node
from flowc.source import Span

LONGEST = 200

_WORDS = {
    "==": " eq ", "!=": " ne ", "<=": " le ", ">=": " ge ", "<": " lt ", ">": " gt ", "+": " plus ", "-": " minus ",
    "*": " times ", "/": " over ", "%": " mod ", "??": " or ", "..": " to ",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_WORDS, key=len, reverse=True)))


@frozen
class Names:
    """Ids of a flow's nodes, both ways."""

    ids: Mapping[str, str]

    def __getitem__(self, node: str) -> str:
        return self.ids[node]

    @property
    def back(self) -> dict[str, str]:
        """The node's name by its id."""
        return {id_: name for name, id_ in self.ids.items()}


def joined(path: str, separator: str) -> str:
    """A dotted path with an engine's separator, no longer than engines allow."""
    return _short(path.replace(".", separator))


def name_nodes(graph: Graph, separator: str, problems: Problems, *, reserved: Iterable[str] = ()) -> Names:
    """An id for every node of a flow. Two tasks with one id are FLOW210, an id that the engine has for itself FLOW209.

    `renamed from` gives the id that the engine knows. Ids of checks are ours to choose, so they make way by a number.
    """
    taken: dict[str, Node] = {}
    ids: dict[str, str] = {}
    for node in graph.nodes:
        if not _is_spelled_by_text(node):
            ids[node.name] = id_ = joined(known_as(graph, node), separator)
            _claim(id_, node, taken, problems)
            if id_ in reserved:
                problems.add(
                    "FLOW209", f"the engine has the name `{id_}` for itself", node.at, helps=("choose another",)
                )
    free = Counter(dict.fromkeys((*ids.values(), *reserved), 1))
    for node in graph.nodes:
        if _is_spelled_by_text(node):
            ids[node.name] = _next(joined(words(node.name), separator), free)
    return Names(ids)


def known_as(graph: Graph, node: Node) -> str:
    """The path by which engines know a node: its own, unless it or a group around it was renamed."""
    if node.renamed_from:
        return node.renamed_from
    around, dot, _ = node.name.rpartition(".")
    while dot and graph.groups:
        group = graph.find_group(around)
        if group and group.renamed_from and node.name in group.members:
            return group.renamed_from + node.name[len(group.name) :]
        around, dot, _ = around.rpartition(".")
    return node.name


def words(text: str) -> str:
    """A text as a name: signs in words, everything else that no name may hold as one `_`; dots of a path stay."""
    path, _, rest = text.partition(" ")
    said = _SIGN.sub(lambda sign: _WORDS[sign[0]], rest)
    return f"{path}_{_ascii(said)}" if rest else path


def variable(name: str, taken: Collection[str] = ()) -> str:
    """A Python variable for a path: `_` at the end of a keyword, of a built-in, and of what is taken already."""
    found = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "_"
    found = f"_{found}" if found[0].isdigit() else found
    while keyword.iskeyword(found) or hasattr(builtins, found) or found in taken:
        found += "_"
    return found


def _claim(id_: str, node: Node, taken: dict[str, Node], problems: Problems) -> None:
    """Ids that differ only in case are the same on a file system, so they are the same to us."""
    other = taken.setdefault(id_.lower(), node)
    if other is node:
        return
    problems.add(
        "FLOW210",
        f"`{other.name}` and `{node.name}` would have the same id `{id_}` on the engine",
        node.at,
        related=[Label(other.at, "has that id already")] if isinstance(other.at, Span) else (),
        helps=("rename one of them, and keep its history with `renamed from: old_name`",),
    )


def _is_spelled_by_text(node: Node) -> bool:
    return " " in node.name


def _ascii(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_") or "text"


def _next(id_: str, free: Counter[str]) -> str:
    free[id_] += 1
    return id_ if free[id_] == 1 else _next(f"{id_}_{free[id_]}", free)


def _short(id_: str) -> str:
    """Too long a name keeps its beginning and ends in a digest of the whole."""
    if len(id_) <= LONGEST:
        return id_
    return f"{id_[: LONGEST - 9]}_{sha256(id_.encode()).hexdigest()[:8]}"
