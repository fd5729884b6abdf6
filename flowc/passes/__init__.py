"""Rewrites of the graph that change no outcome, one file each; `pipeline` gives their order and the reasons."""
