from datetime import date, timedelta


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def none() -> str | None:
    return None


def lines(file) -> list[str]:
    return file.read_text().splitlines()
