"""`python -m deliver_customers run`: the flow from the command line."""

import sys
from pathlib import Path


from .flow import FLOW
from flow_runtime.cli import main

sys.exit(main(FLOW, [], root=Path(__file__).parents[1]))
