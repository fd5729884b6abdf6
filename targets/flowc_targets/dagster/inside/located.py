"""The job of this process, where Dagster looks for it: each of its step processes asks for it anew."""

import os
import sys


def job():
    """The job that the variables name, loaded once: step processes are forked from one that has it already."""
    found = getattr(sys, "_located_job", None)
    if found is None:
        from importlib import import_module

        definitions = import_module(f"{os.environ['LOCATED_PACKAGE']}.definitions").defs()
        found = sys._located_job = definitions.resolve_job_def(os.environ["LOCATED_JOB"])
    return found
