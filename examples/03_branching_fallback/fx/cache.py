"""What to go on with when the provider has no answer."""

from __future__ import annotations

from fx.rates import Rate, warehouse


def last_good() -> list[Rate]:
    """The rates of the last day that the warehouse knows."""
    with warehouse() as database:
        found = database.execute(
            "SELECT ccy, CAST(day AS TEXT), CAST(rate AS DOUBLE) FROM fx.rates"
            " WHERE day = (SELECT max(day) FROM fx.rates) ORDER BY ccy"
        ).fetchall()
    if not found:
        raise LookupError("the warehouse has no rates to go on with")
    return [{"ccy": ccy, "day": day, "rate": rate} for ccy, day, rate in found]
