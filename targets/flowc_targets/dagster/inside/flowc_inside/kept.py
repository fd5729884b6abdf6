"""What is loaded once: step processes are forked from one that has it already."""

import os
from functools import cache
from importlib import import_module


@cache
def job():
    """The job that the variables name."""
    definitions = import_module(f"{os.environ['LOCATED_PACKAGE']}.definitions").defs()
    return definitions.resolve_job_def(os.environ["LOCATED_JOB"])
