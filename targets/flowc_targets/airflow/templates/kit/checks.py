"""Checks that skip what follows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from .exceptions import AirflowSkipException
from .xcom import VERDICT


def skip_what_follows(context: Mapping[str, Any], text: str) -> NoReturn:
    """Skip what follows, and leave word that the check itself says so."""
    context["ti"].xcom_push(key=VERDICT, value="skip")
    raise AirflowSkipException(text)
