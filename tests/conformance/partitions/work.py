from datetime import date, datetime, timedelta


def describe(hour: datetime) -> str:
    return f"{type(hour).__name__} {hour.isoformat()}"


def back(day: date, days: int) -> date:
    return day - timedelta(days=days)
