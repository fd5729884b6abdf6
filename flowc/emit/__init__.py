"""From text in memory to files on disk: the only room that writes."""
