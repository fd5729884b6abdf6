def teams() -> list[str]:
    return ["red", "none", "blue"]


def members(team: str) -> list[str]:
    return {"red": ["ann", "bob"], "none": [], "blue": ["cleo"]}[team]


def card(team: str, i: int, name: str) -> str:
    return f"{team}/{i}/{name}"


def lines(texts: list[str]) -> str:
    return "; ".join(texts)


def flat(lists: list[list[str]]) -> list[str]:
    return [text for texts in lists for text in texts]


def show(lists: list[list[str | None]]) -> list[list[str | None]]:
    return lists
