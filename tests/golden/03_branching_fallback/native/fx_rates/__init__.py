"""FX rates with a cached fallback, a size-based branch and cleanup that always runs."""
