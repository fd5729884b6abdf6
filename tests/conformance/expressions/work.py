def numbers() -> list[int]:
    return [3, 1, 2, 3]


def ages() -> dict[str, int]:
    return {"bob": 17, "ann": 41}


def show(values) -> str:
    return " ".join(repr(value) for value in values)
