"""What partners send us, and what we make of it: the pipeline calls it, and it knows nothing of pipelines."""
