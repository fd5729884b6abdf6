"""The same graph as each runner has it: a function writes the program into a folder, and gives the command.

Each runs two tasks at once, and starts from nothing: what an earlier run has kept is not there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from attrs import frozen

from benchmarks.runner.graphs import Graph

ROOT = Path(__file__).parents[2]
Kind = Literal["sh", "python"]
Write = Callable[[Graph, Path], Sequence[str]]


@frozen
class Runner:
    """`keeps` says what a kill -9 leaves of the tasks that had succeeded; `most` is the largest graph it is given."""

    name: str
    kind: Kind
    write: Write
    keeps: str
    most: int = 10_000


def _python(environment: str) -> str:
    return str(ROOT / ".engines" / environment / "bin" / "python")


def _program(environment: str, text: str) -> Write:
    """A program that reads the graph from `graph.json`."""

    def write(graph: Graph, folder: Path) -> Sequence[str]:
        import json

        (folder / "graph.json").write_text(json.dumps(graph), "utf-8")
        head = "import json\nfrom pathlib import Path\n\nGRAPH = json.loads(Path('graph.json').read_text())\n"
        (folder / "program.py").write_text(head + text, "utf-8")
        return [_python(environment), "program.py"]

    return write


# ------------------------------------------------------------------ ours


def flow(kind: Kind) -> Write:
    """`flowc run`, which compiles the file before."""

    def write(graph: Graph, folder: Path) -> Sequence[str]:
        _flow(graph, kind, folder)
        return [sys.executable, "-m", "flowc", "run", "big.flow", "--quiet", "--jobs", "2"]

    return write


def project(kind: Kind) -> Write:
    """The project that `flowc build --target native` has written: nothing is compiled."""

    def write(graph: Graph, folder: Path) -> Sequence[str]:
        from flowc.cli import main

        _flow(graph, kind, folder)
        if main(["build", str(folder / "big.flow"), "--target", "native", "-o", str(folder / "built")]):
            raise SystemExit("the flow could not be built")
        return ["sh", "-c", f"cd built && exec {sys.executable} -m big run --jobs 2 --trace"]

    return write


def _flow(graph: Graph, kind: Kind, folder: Path) -> None:
    action = 'sh "true"' if kind == "sh" else "python work:nothing()"
    lines = [
        f"  task t{number} = {action}" + (f" after {', '.join(f't{up}' for up in ups)}" if ups else "")
        for number, ups in enumerate(graph)
    ]
    (folder / "big.flow").write_text("\n".join(["flow big {", *lines, "}", ""]), "utf-8")
    (folder / "work.py").write_text("def nothing() -> None:\n    pass\n", "utf-8")


# ------------------------------------------------------------------ what builds files


def make(graph: Graph, folder: Path) -> Sequence[str]:
    """Targets that are no files."""
    names = " ".join(f"t{number}" for number in range(len(graph)))
    rules = [f"t{number}: {' '.join(f't{up}' for up in ups)}\n\t@true;" for number, ups in enumerate(graph)]
    (folder / "Makefile").write_text("\n".join([f"all: {names}", f".PHONY: all {names}", *rules, ""]), "utf-8")
    return ["make", "--silent", "--jobs=2"]


def ninja(graph: Graph, folder: Path) -> Sequence[str]:
    """Outputs that are never made, so that all run."""
    rules = [f"build t{number}: t {' '.join(f't{up}' for up in ups)}" for number, ups in enumerate(graph)]
    (folder / "build.ninja").write_text("\n".join(["rule t", "  command = true", *rules, ""]), "utf-8")
    return ["ninja", "--quiet", "-j2"]


def snakemake(graph: Graph, folder: Path) -> Sequence[str]:
    """One rule, whose wildcard is the task's number."""
    text = """
import json
GRAPH = json.load(open("graph.json"))
rule all:
    input: [f"done/{n}" for n in range(len(GRAPH))]
rule t:
    input: lambda w: [f"done/{up}" for up in GRAPH[int(w.n)]]
    output: touch("done/{n}")
    shell: "true"
"""
    _program("runners", "")(graph, folder)
    (folder / "Snakefile").write_text(text, "utf-8")
    return [_python("runners"), "-m", "snakemake", "--cores", "2", "--quiet", "all"]


DOIT = """
def task_t():
    for number, ups in enumerate(GRAPH):
        yield {"name": str(number), "actions": ["true"], "task_dep": [f"t:{up}" for up in ups]}


if __name__ == "__main__":
    import sys
    from doit.cmd_base import ModuleTaskLoader
    from doit.doit_cmd import DoitMain
    sys.exit(DoitMain(ModuleTaskLoader(globals())).run(["run", "-n", "2", "-P", "thread", "-v", "0"]))
"""

# ------------------------------------------------------------------ what runs Python

LUIGI = """
import logging, subprocess
import luigi
logging.disable(logging.ERROR)


class T(luigi.Task):
    number = luigi.IntParameter()

    def requires(self):
        return [T(up) for up in GRAPH[self.number]]

    def output(self):
        return luigi.LocalTarget(f"done/{self.number}")

    def run(self):
        WORK
        with self.output().open("w"):
            pass


if __name__ == "__main__":
    assert luigi.build([T(n) for n in range(len(GRAPH))], local_scheduler=True, workers=2, log_level="CRITICAL")
"""

DASK = """
from dask.threaded import get


def nothing(*ups):
    pass


get({n: (nothing, *ups) for n, ups in enumerate(GRAPH)}, list(range(len(GRAPH))), num_workers=2)
"""

DISTRIBUTED = """
from distributed import Client, LocalCluster


def nothing(*ups):
    pass


if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        graph = {str(n): (nothing, *map(str, ups)) for n, ups in enumerate(GRAPH)}
        client.get(graph, list(graph))
"""

RAY = """
import ray
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")


@ray.remote
def nothing(*ups):
    pass


found = []
for ups in GRAPH:
    found.append(nothing.remote(*(found[up] for up in ups)))
ray.get(found)
"""

PARSL = """
import parsl
from parsl.config import Config
from parsl.executors.threads import ThreadPoolExecutor


@parsl.python_app
def nothing(*ups):
    pass


with parsl.load(Config(executors=[ThreadPoolExecutor(max_threads=2)], usage_tracking=0)):
    found = []
    for ups in GRAPH:
        found.append(nothing(*(found[up] for up in ups)))
    for each in found:
        each.result()
"""

HAMILTON = """
import sys, types
sys.setrecursionlimit(100_000)
from hamilton import driver

module = types.ModuleType("tasks")
for n, ups in enumerate(GRAPH):
    given = ", ".join(f"t{up}: int" for up in ups)
    exec(f"def t{n}({given}) -> int:\\n    return 0\\n", module.__dict__)
    module.__dict__[f"t{n}"].__module__ = "tasks"
sys.modules["tasks"] = module
driver.Builder().with_modules(module).build().execute([f"t{n}" for n in range(len(GRAPH))])
"""

PREFECT = """
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner


@task
def nothing() -> None:
    pass


@flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
def big() -> None:
    found = []
    for ups in GRAPH:
        found.append(nothing.submit(wait_for=[found[up] for up in ups]))
    for each in found:
        each.result()


if __name__ == "__main__":
    big()
"""

DAGSTER = """
import dagster as dg


def op(n, ups):
    @dg.op(name=f"t{n}", ins={f"t{up}": dg.In(dg.Nothing) for up in ups}, out=dg.Out(dg.Nothing))
    def nothing():
        pass

    return nothing


@dg.job
def big():
    found = []
    for n, ups in enumerate(GRAPH):
        found.append(op(n, ups)(**{f"t{up}": found[up] for up in ups}))


quiet = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
assert big.execute_in_process(run_config=quiet).success
"""

AIRFLOW = """
from datetime import datetime
from airflow.sdk import DAG, task

with DAG("big", schedule=None, start_date=datetime(2024, 1, 1)) as dag:
    found = []
    for n, ups in enumerate(GRAPH):
        @task(task_id=f"t{n}")
        def nothing() -> None:
            pass

        here = nothing()
        for up in ups:
            found[up] >> here
        found.append(here)

if __name__ == "__main__":
    assert dag.test().state == "success"
"""

RUNNERS = (
    Runner("make", "sh", make, "nothing: files are its record"),
    Runner("ninja", "sh", ninja, "a log, not synced"),
    Runner("flowc run", "sh", flow("sh"), "all, synced"),
    Runner("flowc's project", "sh", project("sh"), "all, synced"),
    Runner("doit", "sh", _program("runners", DOIT), "nothing before its end", most=1_000),
    Runner(
        "luigi",
        "sh",
        _program("runners", LUIGI.replace("WORK", 'subprocess.run("true", shell=True, check=True)')),
        "files",
        most=1_000,
    ),
    Runner("snakemake", "sh", snakemake, "files", most=1_000),
    Runner("flowc run", "python", flow("python"), "all, synced"),
    Runner("flowc's project", "python", project("python"), "all, synced"),
    Runner("dask, threads", "python", _program("runners", DASK), "nothing"),
    Runner("dask, distributed", "python", _program("runners", DISTRIBUTED), "nothing"),
    Runner("ray", "python", _program("runners", RAY), "nothing"),
    Runner("parsl, threads", "python", _program("runners", PARSL), "nothing"),
    Runner("hamilton", "python", _program("runners", HAMILTON), "nothing", most=1_000),
    Runner("luigi", "python", _program("runners", LUIGI.replace("WORK", "pass")), "files", most=1_000),
    Runner("dagster, in process", "python", _program("dagster", DAGSTER), "nothing", most=1_000),
    Runner("prefect", "python", _program("prefect", PREFECT), "its database", most=100),
    Runner("airflow, `dag.test`", "python", _program("airflow", AIRFLOW), "its database", most=100),
)
