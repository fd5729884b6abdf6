"""Where Airflow's cron and ours differ."""

from flowc_targets.project.clocks import differs

__all__ = ["differs"]
