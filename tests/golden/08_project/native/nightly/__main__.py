"""`python -m nightly run`: the flow from the command line."""

import sys
from pathlib import Path

from build_mart.flow import FLOW as BUILD_MART

from .flow import FLOW
from flow_runtime.cli import main

sys.exit(
    main(
        FLOW,
        [
            BUILD_MART,
        ],
        root=Path(__file__).parents[1],
    )
)
