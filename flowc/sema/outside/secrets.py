"""Texts in a source file that look like keys (FLOW801): only what is hardly anything else."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from math import log2

# Forms that their makers gave their keys so that they can be told.
_FORMS: tuple[tuple[str, str], ...] = (
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,})"),
    ("a GitLab token", r"\bglpat-[0-9A-Za-z_-]{20,}"),
    ("a Slack token", r"\bxox[abposr]-[0-9A-Za-z-]{20,}"),
    ("a Slack webhook", r"https://hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"),
    ("a Stripe key", r"\b[sr]k_(?:live|test)_[0-9A-Za-z]{16,}"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    ("an OpenAI key", r"\bsk-(?:proj-)?[0-9A-Za-z_-]{32,}"),
    ("an Anthropic key", r"\bsk-ant-[0-9A-Za-z_-]{32,}"),
    ("a SendGrid key", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    ("an npm token", r"\bnpm_[0-9A-Za-z]{36}\b"),
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"),
    ("a signed token (JWT)", r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"),
)
_PATTERNS = tuple((what, re.compile(form)) for what, form in _FORMS)
_ANY = re.compile("|".join(form for _, form in _FORMS))
_NAMES = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|secret|token|api_?key|access_?key|secret_?key|private_?key|auth_?key|credentials?)$",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"^(?:|x+|\*+|\.+|<.*>|\$\{?\w+\}?|\{\{.*\}\}|(?:your|my)[-_ ].*|change[-_ ]?me|todo|none|null|example|dummy|test"
    r"|fake|password|secret|token|redacted|placeholder)$",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://(?P<user>[^\s/:@]*):(?P<password>[^\s/:@]{3,})@[\w.\[-]", re.IGNORECASE)


@lru_cache(maxsize=1 << 14)  # who checks text after text asks of the same ones again
def secret_kind(text: str, name: str | None = None) -> str | None:
    """What a text looks like (`a GitHub token`), or None. `name` is the setting or variable that it is given to.

    Under a name such as `password` or `API_KEY` any text counts that could be one; elsewhere only well-known forms do.
    """
    for what, pattern in _PATTERNS if _ANY.search(text) else ():
        if pattern.search(text):
            return what
    in_url = _IN_URL.search(text) if "://" in text else None
    if in_url and in_url["user"] != in_url["password"] and not _FILLERS.match(in_url["password"]):
        return "a password in a URL"
    if name and _could_be_secret(text) and (_NAMES.search(name) or (name.lower() == "key" and is_random(text))):
        return f"the value of `{name}`"
    return None


def _could_be_secret(text: str) -> bool:
    return len(text) >= 6 and not _FILLERS.match(text) and not any(char.isspace() for char in text)


def is_random(text: str) -> bool:
    """Whether a text is long and mixed enough to have been drawn by chance, as keys are and words are not."""
    if len(text) < 20 or not re.fullmatch(r"[0-9A-Za-z+/=_-]+", text):
        return False
    counts = Counter(text)
    entropy = -sum(count / len(text) * log2(count / len(text)) for count in counts.values())
    has_both = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return has_both and entropy > 3.0
