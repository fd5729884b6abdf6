"""Sales of the regions: the pipeline calls this, and it knows nothing of pipelines."""
