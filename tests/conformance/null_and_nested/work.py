from datetime import date


def none() -> int | None:
    return None


def some() -> int | None:
    return 0


def show(n: int | None) -> str:
    return repr(n)


def show_str(s: str) -> str:
    return s


def show_json(value) -> str:
    return repr(value)


def list_of_nulls() -> list[str | None]:
    return [None, "", None]


def nested():
    return {"b": [{"z": 1, "a": None}, {}], "a": []}


def anything():
    return {"deep": {"list": [1, "two", None, True, 2.5]}, "b": False, "a": {}}


def same(value):
    return value


def dollars() -> dict[str, str]:
    return {"$date": "2024-01-01", "$map": "x", "plain": "y", "$": ""}


def same_map(value: dict[str, str]) -> dict[str, str]:
    return value


def tuples():
    return (1, 2), [3], ()


def record():
    return {"day": date(2024, 1, 31), "id": 7, "lines": [{"n": 1, "note": None}, (2, "b")]}


def same_order(order):
    assert order["day"] == date(2024, 1, 31)
    return order


def empty() -> dict[str, int]:
    return {}


def none_at_all():
    return None
