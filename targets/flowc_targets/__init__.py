"""The targets that come with flowc, one folder each. Others arrive by the entry point `flowc.targets`."""

BUILTIN: tuple[str, ...] = ("airflow", "dagster", "native", "prefect")
