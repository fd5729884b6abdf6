from pathlib import Path


def lines(*names: str) -> list[int]:
    return [Path(name).read_text().count("\n") if Path(name).exists() else 0 for name in names]
