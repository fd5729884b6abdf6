"""A DAG of many tasks that is loaded in a time that grows with their number, not with its square, and in half of it.

Each edge puts the DAG into a set, for which Airflow hashes the list of all task ids. Each task copies the params of
its DAG several times, with all that is in them. And the collector looks through the tasks again and again, which all
stay.
"""

from __future__ import annotations

import gc
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG
from airflow.sdk.definitions.param import ParamsDict

if TYPE_CHECKING:
    from typing_extensions import Self


class LargeDAG(DAG):
    """Equal where `DAG` is, and serialized as `DAG` is; its hash is that of its id."""

    def __hash__(self) -> int:
        return hash(self.dag_id)

    def __enter__(self) -> Self:
        params = _Params({name: self.params.get_param(name) for name in self.params})
        object.__setattr__(self, "params", params)  # as an attribute they would be made plain ones again
        self._collects = gc.isenabled()
        gc.disable()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        if self._collects:
            gc.enable()


class _Params(ParamsDict):
    """Params of which a copy has params and values of its own, and shares what nobody changes: their schemas."""

    def __deepcopy__(self, memo: dict[int, Any] | None) -> ParamsDict:
        if not self:
            return ParamsDict()
        copied = {name: copy(self.get_param(name)) for name in self}
        for param in copied.values():
            param.value = deepcopy(param.value, memo)
        return ParamsDict(copied, self.suppress_exception)
