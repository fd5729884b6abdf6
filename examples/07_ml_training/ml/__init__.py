"""Training data, grades and the registry of models: the pipeline calls this, and it knows nothing of pipelines."""
