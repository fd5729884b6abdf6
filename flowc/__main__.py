"""`python -m flowc` is the command `flowc`."""

import sys

from flowc.cli import main

sys.exit(main())
