from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def a_date() -> date:
    return date(2024, 2, 28)


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def a_time() -> time:
    return time(6, 0)


def exact_time() -> time:
    return time(23, 59, 58, 1500)


def utc() -> datetime:
    return datetime(2024, 1, 1, 6, 0, tzinfo=timezone.utc)


def offset() -> datetime:
    return datetime(2024, 1, 1, 6, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))


def zoned() -> datetime:
    return datetime(2024, 7, 1, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def naive() -> datetime:
    return datetime(2024, 1, 1, 6, 0, 7)


def micros() -> datetime:
    return datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc)


def same_datetime(at: datetime) -> datetime:
    return at


def show(offset: datetime, naive: datetime) -> str:
    return f"{offset.utcoffset()} {naive.tzinfo}"


def long() -> timedelta:
    return timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6)


def none() -> timedelta:
    return timedelta(0)


def minus() -> timedelta:
    return timedelta(hours=-1, minutes=-30)


def tiny() -> timedelta:
    return timedelta(microseconds=1)


def half(span: timedelta) -> timedelta:
    return span / 2


def same_duration(span: timedelta) -> timedelta:
    return span


def dates() -> list[date]:
    return [date(2024, 1, 31), date(1, 1, 1), date(9999, 12, 31)]


def record():
    return {"day": date(2024, 1, 31), "at": utc(), "took": timedelta(minutes=90)}
