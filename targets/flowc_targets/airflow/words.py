"""Words of Airflow's own: where tasks run."""

from __future__ import annotations

from flowc_targets.project.words import text_word

WORDS = (
    text_word("executor", "the executor of tasks, one of those that Airflow's `core.executor` lists", "flow", "task"),
    text_word("image", "the image of a task's pod, for the Kubernetes executor", "flow", "task"),
    text_word("queue", "the queue of tasks, for executors that have some", "flow", "task"),
)
