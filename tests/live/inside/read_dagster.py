"""Prints, as JSON, what Dagster's instance tells of all runs. Called by its Python: `read_dagster.py INSIDE`."""

import json
import sys


def main(inside: str) -> None:
    sys.path.insert(0, inside)
    import dagster as dg
    from flowc_inside import records

    with dg.DagsterInstance.get() as instance:
        json.dump(records.runs(instance, first=""), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
