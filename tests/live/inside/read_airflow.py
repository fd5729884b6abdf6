"""Prints, as JSON, what Airflow's database tells of all runs. Called by its Python: `read_airflow.py INSIDE`."""

import json
import sys


def main(inside: str) -> None:
    sys.path.insert(0, inside)
    from flowc_inside import records

    json.dump(records.runs(first=""), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
