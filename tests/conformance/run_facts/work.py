def show(at, date) -> str:
    return f"{type(at).__name__} {at.isoformat()} {type(date).__name__} {date}"
