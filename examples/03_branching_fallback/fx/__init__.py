"""Foreign exchange rates: the pipeline calls this, and it knows nothing of pipelines."""
