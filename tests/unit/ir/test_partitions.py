"""Which assets tell of the partition that was written."""

from __future__ import annotations

from flowc.compiler import compile_text
from flowc.ir.expr import Run
from flowc.ir.partitions import own_partition, partitions_written
from flowc.ir.types import DATE, DATETIME

SOURCE = """
asset days: path = "days" partition day
asset hours: path = "hours" partition hour
asset plain: path = "plain"

flow daily {
  partition day, start: 2024-01-01
  task make = sh "make" writes days, plain, mode: append
  task rest = sh "true" reads days after make
}
flow hourly {
  partition hour, start: 2024-01-01
  task make = sh "make" writes hours, mode: append
}
flow named {
  partition ["eu", "us"]
  task make = sh "make" writes days, mode: append
}
flow whole {
  task make = sh "make" writes days, mode: append
}
"""


def test_a_task_tells_of_assets_with_the_windows_of_its_run() -> None:
    compilation = compile_text(SOURCE)
    assert compilation.program is not None
    told = {
        (graph.name, node.name): partitions_written(node, graph)
        for graph in compilation.program.graphs
        for node in graph.nodes
    }
    assert told == {
        ("daily", "make"): ["days"],
        ("daily", "rest"): [],
        ("hourly", "make"): ["hours"],
        ("named", "make"): [],
        ("whole", "make"): [],
    }


def test_a_partition_is_a_date_or_the_instant_of_an_hour() -> None:
    compilation = compile_text(SOURCE)
    assert compilation.program is not None
    daily, hourly = compilation.program.graph("daily"), compilation.program.graph("hourly")
    assert (own_partition(daily), own_partition(hourly)) == (Run("partition", DATE), Run("partition", DATETIME))
