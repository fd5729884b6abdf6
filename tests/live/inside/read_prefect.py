"""Prints, as JSON, what the Prefect server tells of flow runs. Called in the project's folder by Prefect's Python.

`read_prefect.py INSIDE [[ID, TYPES], ...]`, where TYPES are those of the values by the tasks.
"""

import json
import os
import sys


def main(inside: str, asked: str) -> None:
    sys.path[:0] = [inside, os.getcwd()]
    from flowc_inside.records import runs
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found = [next(iter(runs(client, run_id, types, None))) for run_id, types in json.loads(asked)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
