"""E-mail over an `smtp` connection."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any


def send(connection: Mapping[str, Any], to: str, subject: str, text: str) -> None:
    """Send a plain text; smtplib's errors where the server refuses."""
    message = EmailMessage()
    message["From"] = str(connection.get("sender") or connection.get("user") or "flow@localhost")
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    with smtplib.SMTP(str(connection["host"]), int(connection.get("port") or 587)) as server:
        if connection.get("tls", True):
            server.starttls()
        if connection.get("user"):
            server.login(str(connection["user"]), str(connection.get("password") or ""))
        server.send_message(message)
