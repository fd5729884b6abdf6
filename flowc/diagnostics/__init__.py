"""Messages to the user: what they are made of, their codes, and how they are printed."""

from flowc.diagnostics.codes import BY_SLUG, CODES, Code, Severity
from flowc.diagnostics.model import Diagnostic, Edit, Label, Problems

__all__ = ["BY_SLUG", "CODES", "Code", "Diagnostic", "Edit", "Label", "Problems", "Severity"]
