def orders(count: int) -> list[str]:
    return [f"o{number}" for number in range(count)]


def tell(orders: list[str]) -> str:
    return " ".join(orders)
