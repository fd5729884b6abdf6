"""The tests of a compilation, each with its flow ready to be run, and what it says ready to be computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from attrs import define, field

from flowc.compiler import Compilation, tested
from flowc.ir.expr import Expr
from flowc.ir.graph import Graph, Program
from flowc.ir.tests import Test
from flowc.runtime.model import Flow
from flowc.runtime.view import View
from flowc.testing.bare import bare

Computed = Callable[[View], Any]


@define(eq=False)
class Loaded:
    """Tests, and by their names the flows that they are of."""

    tests: tuple[Test, ...]
    graphs: Mapping[str, Graph]
    flows: dict[str, Flow] = field(factory=dict[str, Flow])
    functions: dict[int, Computed] = field(factory=dict[int, Computed])

    def compute(self, expr: Expr, view: View) -> Any:
        """The value of an expression of a test."""
        return self.functions[id(expr)](view)


def load(compilation: Compilation) -> Loaded:
    """The tests of a compilation; none where that has errors."""
    tests, graphs = tested(compilation)
    used = {test.flow: bare(graphs[test.flow]) for test in tests}
    native = import_module("flowc_targets.native.load")  # by its name, as the registry finds every target
    functions: dict[int, Computed] = {}
    for name, graph in used.items():
        exprs = [expr for test in tests if test.flow == name for expr in test.expressions()]
        functions.update(zip(map(id, exprs), native.functions(exprs, graph), strict=True))
    return Loaded(tests, used, native.load(Program("tests", tuple(used.values()))), functions)
