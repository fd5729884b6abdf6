def show(*values) -> list[str]:
    return [f"{type(value).__name__} {sorted(value.items()) if isinstance(value, dict) else value}" for value in values]
