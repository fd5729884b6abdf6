"""What Airflow can say, feature by feature: by itself, with bookkeeping on top, or not."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.ir.features import Feature
from flowc.target.contract import LATER, Answer, Emulated, Native, Refused

CAPABILITIES: Mapping[Feature, Answer] = {**{feature: Native() for feature in Feature}, **LATER}
_ = Emulated, Refused
