def fit(name: str, rate: float) -> str:
    return f"{name}@{rate}"


def grade(model: str) -> float:
    name, _, rate = model.partition("@")
    return len(name) * float(rate)


def best(models: list[str], scores: list[float]) -> str:
    return max(zip(scores, models))[1]


def joined(one: list[str], two: list[str]) -> str:
    return ",".join(one + two)
