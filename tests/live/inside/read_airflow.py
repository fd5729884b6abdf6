"""Prints, as JSON, what Airflow's database tells of all runs. Called by its Python: `read_airflow.py INSIDE`."""

import json
import sys

sys.path.insert(0, sys.argv[1])

import records

json.dump(records.runs(first=""), sys.stdout)
