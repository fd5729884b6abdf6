"""Prints, as JSON, what the Prefect server tells of flow runs. Called in the project's folder by its Python:
`read_prefect.py INSIDE [[ID, TYPES], ...]`, where TYPES are those of the values by the tasks.
"""

import json
import os
import sys

sys.path[:0] = [sys.argv[1], os.getcwd()]

from prefect.client.orchestration import get_client
from records import runs

with get_client(sync_client=True) as client:
    found = [list(runs(client, run_id, types, None))[0] for run_id, types in json.loads(sys.argv[2])]
json.dump(found, sys.stdout)
