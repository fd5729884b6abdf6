"""Whether a file may hold tests, at the price of a look at its text."""

from __future__ import annotations

import re

_TEST = re.compile(r"^[ \t]*test\b", re.MULTILINE)


def may_have_tests(text: str) -> bool:
    """Whether it is worth while to compile a file for its tests."""
    return _TEST.search(text) is not None
