def extract(region: str) -> list[int]:
    return [3, -1, 4] if region == "eu" else []


def clean(rows: list[int]) -> list[int]:
    return [row for row in rows if row > 0]
