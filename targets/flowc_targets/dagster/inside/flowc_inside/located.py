"""The job of this process, where Dagster looks for it: each of its step processes asks for it anew."""

from flowc_inside import kept


def job():
    """The job. Dagster runs this file anew in each step process: what is kept lies elsewhere."""
    return kept.job()
