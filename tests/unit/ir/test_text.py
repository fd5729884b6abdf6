from datetime import timedelta
from random import Random

import pytest
from attrs import evolve
from hypothesis import given

from flowc.ir.digest import digest
from flowc.ir.expr import Binary, Lit, Param
from flowc.ir.graph import Graph, Group, Origin, Parameter, Program, Requires, Retry, Upstream
from flowc.ir.text import ReadError, read, write
from flowc.ir.triggers import Cron
from flowc.ir.types import INT, PATH, STR
from tests.graphs import decision, flow, program, shell, task
from tests.strategies import CLASSES, any_instance, graphs, randoms

SMALL = flow(
    task("load", retry=Retry(2, timedelta(seconds=30)), output=PATH, doc='Loads "it".'),
    shell("sweep", "rm -rf ", Binary("+", Param("n", INT), Lit(1, INT), INT), needs=(Requires(Upstream("load")),)),
    params=(Parameter("n", INT, Lit(1, INT)),),
    triggers=(Cron("0 6 * * *"),),
)

SMALL_TEXT = r"""Graph(
    'f',
    params=(Parameter('n', INT, default=Lit(1, INT)),),
    triggers=(Cron('0 6 * * *'),),
    nodes=(
        Node(
            'load',
            Python('shop.etl', 'load'),
            output=PATH,
            retry=Retry(2, delay=timedelta(0, 30)),
            doc='Loads "it".',
            origin=Origin('a.flow', 1, 1),
        ),
        Node(
            'sweep',
            Shell(Text(('rm -rf ', Binary('+', Param('n', INT), Lit(1, INT), INT)))),
            needs=(Requires(Upstream('load')),),
            origin=Origin('a.flow', 1, 1),
        ),
    ),
    origin=Origin('a.flow', 1, 1),
)
"""


def test_the_text_is_for_reading() -> None:
    assert write(SMALL) == SMALL_TEXT
    assert read(SMALL_TEXT) == SMALL


@pytest.mark.parametrize(
    "kind", [kind for kind in CLASSES if kind not in (Graph, Program)], ids=lambda kind: kind.__name__
)
def test_every_class_reads_back(kind: type) -> None:
    """Put where any value may stand, and written as a part of a graph."""
    random = Random(kind.__name__)
    for _ in range(20):
        value = any_instance(kind, random)
        graph = evolve(SMALL, params=(value,))
        text = write(graph)
        assert read(text) == graph
        assert write(read(text)) == text


@given(randoms)
def test_every_graph_reads_back(random: Random) -> None:
    graph = any_instance(Graph, random, 6)
    assert read(write(graph)) == graph
    assert digest(read(write(graph))) == digest(graph)


@given(graphs())
def test_programs_read_back(graph: Graph) -> None:
    whole = Program("p", (graph,), "/tmp/p")
    assert read(write(whole)) == whole


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not readable"),
        ("Graph(", "not readable"),
        ("__import__('os')", "line 1: no such class: __import__"),
        ("Graph(\nopen('x'))", "line 2: no such class: open"),
        ("Graph(name=(lambda: 1))", "line 1: not a value of the IR"),
        ("Graph(**{})", "line 1: not a value of the IR"),
        ("Graph('f', origin=Origin('a', 1, 1), oops=1)", "line 1: .*oops"),
        ("INT", "neither a Graph nor a Program, but Scalar"),
        ("Graph('f', tags=[x for x in ()], origin=Origin('a', 1, 1))", "line 1: not a value of the IR"),
        ("(" * 300, "not readable"),
    ],
)
def test_any_other_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(text)


def test_a_digest_ignores_order_and_places() -> None:
    graph = flow(task("a"), task("b", "a", tags=("x", "y")), decisions=(decision("if_1"),), tags=("p", "q"))
    turned = flow(
        evolve(task("b", "a", tags=("y", "x")), origin=Origin("other.flow", 9, 9)),
        task("a"),
        decisions=(decision("if_1"),),
        tags=("q", "p"),
    )
    assert digest(graph) == digest(turned)
    assert digest(program(graph)) == digest(evolve(program(turned), root="/elsewhere"))


@pytest.mark.parametrize(
    "other",
    [
        flow(task("a"), task("b")),
        flow(task("a"), task("b", "a"), name="g"),
        flow(task("a"), task("b", "a", retry=Retry(1))),
        flow(task("a"), task("b", "a", priority=1)),
        flow(task("a"), task("b", "a"), groups=(Group("g", ("a", "b"), ()),)),
    ],
)
def test_a_digest_sees_what_is_meant(other: Graph) -> None:
    assert digest(other) != digest(flow(task("a"), task("b", "a")))


def test_a_digest_tells_texts_from_numbers() -> None:
    digests = {digest(evolve(SMALL, returns=Lit(value, STR))) for value in ("1", 1, 1.0, True, None)}
    assert len(digests) == 5
