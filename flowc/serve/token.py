"""Who may ask: the token of a state directory, the names a request may be sent to, and signatures of webhooks."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import time
from pathlib import Path

from flowc.runtime.errors import StateError

SECRET = "FLOWC_WEBHOOK_SECRET"
"""The variable with the secret that webhooks are signed with; without it only the token opens them."""
WINDOW = 300
"""Seconds that the time of a signature may be away from the server's."""


def token_of(file: Path) -> str:
    """The token in a file, which is made where there is none, for its owner alone; StateError where it can't be had."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(file)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(f"{secrets.token_urlsafe(32)}\n")
        return _read(file)
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"cannot read the token in {file}: {error}") from error


def _read(file: Path) -> str:
    found = file.read_text("ascii").strip()
    if len(found) < 16:
        raise StateError(f"the token in {file} is too short: 16 characters at least, or remove the file for a new one")
    return found


def bears(header: str, token: str) -> bool:
    """Whether an Authorization header has the token."""
    kind, _, said = header.partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(said.strip().encode("utf-8", "replace"), token.encode())


def is_ours(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header names this server: an address, localhost, or a name that it was told.

    A page of another site can make its own name point here (DNS rebinding), but then it is that name that is sent.
    """
    name = host.rsplit("]", 1)[0] + "]" if host.startswith("[") else host.split(":", 1)[0]
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.lower() in names
    return True


def sign(message: bytes, secret: str, moment: int) -> str:
    """What `X-Flowc-Signature` has to be: `t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.MESSAGE`."""
    digest = hmac.new(secret.encode(), b"%d." % moment + message, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def message_of(path: str, key: str, body: bytes) -> bytes:
    """What is signed: nothing of it can be changed to make another event of a request that was overheard."""
    return f"{path}.{key}.".encode("utf-8", "replace") + body


def is_signed(header: str, message: bytes, secret: str, now: float | None = None) -> bool:
    """Whether a signature is right and not too old."""
    parts = [part.partition("=") for part in header.split(",")]
    said = {name: value for name, _, value in parts}
    moment = said.get("t", "")
    if not (secret and moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    if abs((time.time() if now is None else now) - int(moment)) > WINDOW:
        return False
    wanted = sign(message, secret, int(moment)).partition("v1=")[2]
    return hmac.compare_digest(said.get("v1", "").encode("utf-8", "replace"), wanted.encode())
