from pathlib import Path


def as_map():
    return {"n": 3, "rows": Path("data/rows.csv")}


def as_tuple():
    return Path("x"), 4


def missing():
    return {"n": 3}


def extra():
    return {"n": 3, "rows": Path("x"), "more": 1}


def short():
    return (Path("x"),)


def add(a: int, b: int) -> int:
    return a + b


def name(path: Path) -> str:
    return path.name


def numbered(i: int):
    return f"n{i}", i * i


def joined(names: list[str]) -> str:
    return "+".join(names)
