def twice(text: str) -> str:
    return f"{text} {text}"
