from datetime import timedelta

import pytest
from attrs import evolve

from flowc.ir.actions import Python
from flowc.ir.digest import digest
from flowc.ir.graph import Graph, Node, Program, Retry
from flowc.ir.reads import leaves
from flowc.ir.uses import uses_of
from flowc.ir.verify import verify
from flowc.ir.view import waits
from flowc.target.build import DroppedError, lower
from flowc.target.contract import Target
from flowc.target.ledger import Ledger, attributes
from tests.graphs import flow, program, task

RETRIED = program(flow(task("a", retry=Retry(2, timedelta(seconds=1))), task("b", "a", timeout=timedelta(hours=1))))


def unread(reads: object, subject: Program = RETRIED, **disregards: str) -> list[str]:
    with Ledger(subject, {key.replace("__", "."): why for key, why in disregards.items()}) as ledger:
        assert callable(reads)
        reads(subject)
    return [each.attribute for each in ledger.unread()]


def read_names(subject: Program) -> None:
    for graph in subject.graphs:
        _ = subject.project, graph.name
        for node in graph.nodes:
            match node:
                case Node(name=_, action=Python(module=_, function=_)):
                    pass
            for need in node.needs:
                _ = need.upstream.name  # pyright: ignore


def test_what_nobody_looked_at_is_found_on_the_object_that_has_it() -> None:
    assert unread(read_names) == ["Node.retry", "Retry.count", "Retry.delay", "Node.timeout"]
    with Ledger(RETRIED) as ledger:
        read_names(RETRIED)
    assert str(ledger.unread()[0]).startswith("Node.retry of `a`: Retry(count=2")


def test_defaults_need_not_be_read() -> None:
    assert unread(read_names, program(flow(task("a"), task("b", "a")))) == []


def test_one_node_read_does_not_account_for_another() -> None:
    def read_first(subject: Program) -> None:
        read_names(subject)
        _ = subject.graphs[0].nodes[0].timeout

    assert "Node.timeout" in unread(read_first)


def test_what_is_disregarded_with_a_reason_is_fine_and_so_is_what_stands_in_it() -> None:
    assert unread(read_names, Node__retry="none here", Node__timeout="none here") == []


def test_each_attribute_can_be_disregarded_by_itself() -> None:
    reasons = dict.fromkeys(("Node__retry", "Retry__count", "Retry__delay", "Node__timeout"), "nothing to show it in")
    assert unread(read_names, **reasons) == []


@pytest.mark.parametrize(
    "look",
    [
        lambda p: p == evolve(p),
        lambda p: hash(p.graphs[0].nodes),
        lambda p: repr(p),
        lambda p: evolve(p.graphs[0].nodes[1]),
        lambda p: digest(p),
        lambda p: uses_of(p.graphs[0]),
        lambda p: list(leaves(p.graphs[0].nodes)),
        lambda p: verify(p),
    ],
    ids=["==", "hash", "repr", "evolve", "digest", "uses", "leaves", "verify"],
)
def test_comparing_printing_and_copying_is_not_reading(look: object) -> None:
    assert {"Node.timeout", "Node.needs", "Requires.upstream"} <= set(unread(look))


def test_a_view_is_a_way_of_reading() -> None:
    found = unread(lambda p: waits(p.graphs[0]))
    assert "Node.timeout" in found
    assert "Node.needs" not in found


def test_afterwards_nothing_is_left_behind() -> None:
    with pytest.raises(ZeroDivisionError), Ledger(RETRIED):
        _ = 1 / 0
    assert "__getattr__" not in vars(Node)
    assert "__getattr__" not in vars(Graph)


def test_two_ledgers_at_once_are_refused() -> None:
    with Ledger(RETRIED), pytest.raises(RuntimeError, match="two ledgers"), Ledger(RETRIED):
        pass
    assert "__getattr__" not in vars(Node)


def test_a_target_that_forgets_stops_the_build() -> None:
    forgetful = Target("t", "T", "1", {}, lambda p: [g.name for g in p.graphs], lambda model: model)  # type: ignore
    with pytest.raises(DroppedError, match=r"(?s)the target t would drop in silence:.*Node\.name of `a`"):
        lower(forgetful, RETRIED)


def test_what_can_be_disregarded_has_a_name() -> None:
    known = attributes()
    assert {"Node.owner", "Retry.jitter", "Loop.limit", "Http.headers", "Graph.sla", "Requires.upstream"} <= set(known)
    assert not {"Node.at", "Node.origin", "Origin.line", "Graph._by_name"} & set(known)
