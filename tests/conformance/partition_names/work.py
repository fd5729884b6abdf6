def told(partition: str) -> str:
    return f"{type(partition).__name__} {partition}"
