"""Reading and writing orders."""


def extract():
    """Not annotated: what comes back is anybody's guess."""
    return 3


def load(rows: int) -> None:
    """Take the rows."""
