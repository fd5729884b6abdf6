"""What happened: runs as their records tell them, for the command line, for `flowc serve` and as pages of their own."""

from pathlib import Path

PAGE = Path(__file__).parent / "page"
"""What pages are made of."""
LOOK = PAGE / "look.css"
"""How they look, that of `flowc serve` too."""
