"""Airflow's exceptions, wherever its release has them."""

try:
    from airflow.sdk.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowRescheduleException,
        AirflowSkipException,
        AirflowTaskTimeout,
        DagRunTriggerException,
        TaskDeferralTimeout,
    )
except ImportError:  # before 3.2; later releases warn of this place
    from airflow.exceptions import (
        AirflowException,  # pyright: ignore[reportPrivateImportUsage]
        AirflowFailException,
        AirflowRescheduleException,
        AirflowSkipException,
        AirflowTaskTimeout,
        DagRunTriggerException,
        TaskDeferralTimeout,
    )

__all__ = [
    "AirflowException",
    "AirflowFailException",
    "AirflowRescheduleException",
    "AirflowSkipException",
    "AirflowTaskTimeout",
    "DagRunTriggerException",
    "TaskDeferralTimeout",
]
