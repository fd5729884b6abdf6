"""The shop's own code: the pipeline calls it, and it knows nothing of pipelines."""
