"""The same graphs as people write them for an engine: first what each task does, then the calls that make the edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.programs import above, clauses

Decorated = Mapping[str, str]
"""What a decorator is given for a clause, by the clause's word."""

_AIRFLOW: Decorated = {
    "retry": "retries=3, retry_delay=timedelta(seconds=30)",
    "timeout": "execution_timeout=timedelta(minutes=15)",
}
_DAGSTER: Decorated = {
    "retry": "retry_policy=dg.RetryPolicy(max_retries=3, delay=30)",
    "timeout": 'tags={"dagster/op_timeout": "900"}',
}
_PREFECT: Decorated = {"retry": "retries=3, retry_delay_seconds=30", "timeout": "timeout_seconds=900"}


def airflow(tasks: int, folder: Path) -> None:
    """An Airflow file with TaskFlow, `big.py`."""
    head = [
        "from datetime import timedelta",
        "from subprocess import check_output",
        "",
        "from airflow.sdk import DAG, Param, task",
        "",
        "with DAG(",
        '    dag_id="big",',
        "    schedule=None,",
        '    params={"region": Param("eu", type="string"), "full": Param(False, type="boolean")},',
        "):",
        "",
    ]
    functions = _functions(tasks, "task", _AIRFLOW, "params=None", "params['region']", is_typed=False)
    calls = [f"v{index:05d} = t{index:05d}({_results(index)})" for index in range(tasks)]
    _write(folder / "big.py", [*head, *_indented(functions), *_indented(calls)])


def dagster(tasks: int, folder: Path) -> None:
    """A project as Dagster begins one, in `src/big`, with a file of ops and their job."""
    head = [
        "from subprocess import check_output",
        "",
        "import dagster as dg",
        "",
        "",
        "class Params(dg.ConfigurableResource):",
        '    region: str = "eu"',
        "    full: bool = False",
        "",
    ]
    functions = _functions(tasks, "dg.op", _DAGSTER, "params: Params", "params.region")
    calls = [f"v{index:05d} = t{index:05d}({_results(index)})" for index in range(tasks)]
    job = ['@dg.job(resource_defs={"params": Params()})', "def big():", *_indented(calls)]
    package = folder / "src" / "big"
    _write(package / "defs" / "big.py", [*head, *functions, *job])
    _write(package / "defs" / "__init__.py", [])
    _write(package / "__init__.py", [])
    _write(
        folder / "pyproject.toml",
        ["[tool.dg]", 'directory_type = "project"', "[tool.dg.project]", 'root_module = "big"'],
    )
    _write(
        package / "definitions.py",
        [
            "from pathlib import Path",
            "",
            "from dagster import definitions, load_from_defs_folder",
            "",
            "",
            "@definitions",
            "def defs():",
            "    return load_from_defs_folder(path_within_project=Path(__file__).parent)",
        ],
    )


def prefect(tasks: int, folder: Path) -> None:
    """A module of tasks and their flow, `flows/big.py`."""
    head = ["from subprocess import check_output", "", "from prefect import flow, task", ""]
    functions = _functions(tasks, "task", _PREFECT, "region: str", "region")
    calls = [f"v{index:05d} = t{index:05d}.submit({_results(index) or 'region'})" for index in range(tasks)]
    waited = f"    return [{', '.join(f'v{index:05d}' for index in range(tasks))}]"
    made = ["@flow", 'def big(region: str = "eu", full: bool = False):', *_indented(calls), waited]
    _write(folder / "flows" / "big.py", [*head, *functions, *made])
    _write(folder / "flows" / "__init__.py", [])


BY_HAND: Mapping[str, Callable[[int, Path], None]] = {"airflow": airflow, "dagster": dagster, "prefect": prefect}


def _functions(
    tasks: int, decorator: str, options: Decorated, given: str, region: str, *, is_typed: bool = True
) -> list[str]:
    """The function of each task; one that reads no other takes the region as it is `given`.

    With annotations for the engines whose own documents write them.
    """
    return [line for index in range(tasks) for line in _function(index, decorator, options, given, region, is_typed)]


def _function(index: int, decorator: str, options: Decorated, given: str, region: str, is_typed: bool) -> list[str]:
    names = [f"t{up:05d}" for up in above(index)]
    said = " ".join(f"{{{name}}}" for name in names) or f"{{{region}}}"
    taken = [f"{name}: str" if is_typed else name for name in names] or [given]
    decorated = ", ".join(option for word, option in options.items() if word in clauses(index))
    return [
        f"@{decorator}({decorated})" if decorated else f"@{decorator}",
        f"def t{index:05d}({', '.join(taken)}){' -> str' if is_typed else ''}:",
        f'    return check_output(["/bin/sh", "-ec", f"echo {said}"], text=True)',
        "",
    ]


def _results(index: int) -> str:
    return ", ".join(f"v{up:05d}" for up in above(index))


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), "utf-8")
