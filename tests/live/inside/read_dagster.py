"""Prints, as JSON, what Dagster's instance tells of all runs. Called by its Python: `read_dagster.py INSIDE`."""

import json
import sys

sys.path.insert(0, sys.argv[1])

import dagster as dg
import records

with dg.DagsterInstance.get() as instance:
    json.dump(records.runs(instance, first=""), sys.stdout)
