"""Daily partitions since 2022, three at a time, oldest first; a re-run overwrites its own day only."""
