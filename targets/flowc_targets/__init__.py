"""The targets that come with flowc, one folder each. Others arrive by the entry point `flowc.targets`.

`project/` and `engines/` are no targets, but what those share that make Python projects for an engine.
"""

BUILTIN: tuple[str, ...] = ("airflow", "dagster", "native", "prefect")
