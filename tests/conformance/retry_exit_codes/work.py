import sys


def leaves(code: int) -> None:
    sys.exit(code)
