"""The user's files that a project needs, as for every Python project."""

from flowc_targets.project.files import user_files

__all__ = ["user_files"]
