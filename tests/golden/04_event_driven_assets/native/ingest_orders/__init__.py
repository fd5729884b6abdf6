"""Files land -> raw asset. One run per file."""
