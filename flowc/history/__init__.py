"""What happened: runs as their records tell them, for the command line, for `flowc serve` and as pages of their own."""

from pathlib import Path

PAGE = Path(__file__).parent / "page"
"""What pages are made of."""
LOOK = (PAGE / "look.css", PAGE / "look.js")
"""How they look, and what their scripts make them of: those of `flowc serve` too."""
