"""Constants of a flow as Airflow keeps them: as every engine does that keeps JSON."""

from flowc_targets.project.constants import plain_constant

__all__ = ["plain_constant"]
