"""The shop's own code: the pipelines call it, and it knows nothing of pipelines."""
