"""What a task can be: one file a kind. Outside kinds arrive by the entry point `flowc.kinds`."""

from __future__ import annotations

from flowc.kinds.base import Desk, Formal, Kind, PythonSignature
from flowc.kinds.http import HTTP
from flowc.kinds.later import CONTAINER, DATAFORM, DBT, SPARK, SQLMESH
from flowc.kinds.notify import NOTIFY
from flowc.kinds.python import PYTHON
from flowc.kinds.run import RUN
from flowc.kinds.sh import SH
from flowc.kinds.sql import SQL
from flowc.kinds.wait import WAIT

BUILTIN: dict[str, Kind] = {
    kind.name: kind for kind in (PYTHON, SH, SQL, HTTP, WAIT, RUN, NOTIFY, CONTAINER, DBT, SQLMESH, DATAFORM, SPARK)
}
"""The kinds of the vocabulary by their words."""

__all__ = ["BUILTIN", "Desk", "Formal", "Kind", "PythonSignature"]
