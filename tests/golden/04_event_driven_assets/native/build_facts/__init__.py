"""Rebuild facts once both sides are fresh."""
