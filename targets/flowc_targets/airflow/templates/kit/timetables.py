"""Airflow's timetables, wherever its release has them."""

try:
    from airflow.sdk import CronTriggerTimetable, MultipleCronTriggerTimetable
except ImportError:  # before 3.2
    from airflow.timetables.trigger import CronTriggerTimetable, MultipleCronTriggerTimetable

__all__ = ["CronTriggerTimetable", "MultipleCronTriggerTimetable"]
