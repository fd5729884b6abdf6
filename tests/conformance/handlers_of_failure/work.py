def fails() -> int:
    raise RuntimeError("boom, twice")
