"""Every code: its number, its slug and how severe it is. Numbers are never reused.

The first digit is the stage that reports it. A page in `pages/` explains each code, a case in
`tests/cases/diagnostics/` shows it, and the tests hold the three together.
"""

from __future__ import annotations

from enum import Enum

from attrs import frozen


class Severity(Enum):
    """How much a diagnostic weighs; only warnings can be allowed with `# flow: allow(slug)`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@frozen
class Code:
    """A kind of message: `FLOW309`, `optional-value-used`."""

    number: str
    slug: str
    severity: Severity = Severity.ERROR


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

_TABLE = (
    # 1 text
    ("FLOW101", "unexpected-token", _E),
    ("FLOW102", "unclosed-block", _E),
    ("FLOW103", "unclosed-string", _E),
    ("FLOW104", "single-quoted-string", _E),
    ("FLOW105", "unknown-statement", _E),
    ("FLOW106", "missing-colon-in-modifier", _E),
    ("FLOW107", "two-statements-on-one-line", _E),
    ("FLOW108", "braces-in-hole", _E),
    ("FLOW109", "hole-syntax", _E),
    ("FLOW110", "bracket-must-touch", _E),
    ("FLOW111", "bad-escape", _E),
    ("FLOW112", "tab-or-nonascii-space", _E),
    ("FLOW113", "conflict-marker", _E),
    ("FLOW114", "jinja-in-text", _W),
    ("FLOW115", "unknown-warning", _E),
    ("FLOW116", "not-utf8", _E),
    # 2 names and modules
    ("FLOW201", "unknown-name", _E),
    ("FLOW202", "duplicate-name", _E),
    ("FLOW203", "shadowed-name", _E),
    ("FLOW204", "unknown-output", _E),
    ("FLOW205", "import-not-found", _E),
    ("FLOW206", "import-cycle", _E),
    ("FLOW207", "name-not-exported", _E),
    ("FLOW208", "unused-import", _W),
    ("FLOW209", "reserved-by-target", _E),
    ("FLOW210", "id-collision-after-mangling", _E),
    ("FLOW211", "unknown-clause", _E),
    ("FLOW212", "clause-not-allowed-here", _E),
    ("FLOW213", "modifier-without-head", _E),
    ("FLOW214", "duplicate-clause", _E),
    ("FLOW215", "unknown-kind", _E),
    ("FLOW216", "renamed-from-still-exists", _E),
    ("FLOW217", "unused-task-output", _W),
    ("FLOW218", "name-from-inside-loop-or-branch", _E),
    # 3 types
    ("FLOW301", "type-mismatch", _E),
    ("FLOW302", "missing-argument", _E),
    ("FLOW303", "unexpected-argument", _E),
    ("FLOW304", "positional-after-named", _E),
    ("FLOW305", "condition-not-bool", _E),
    ("FLOW306", "unit-missing", _E),
    ("FLOW307", "unknown-type", _E),
    ("FLOW308", "not-a-list-in-for", _E),
    ("FLOW309", "optional-value-used", _E),
    ("FLOW310", "branch-types-differ", _E),
    ("FLOW311", "match-not-exhaustive", _E),
    ("FLOW312", "match-arm-unreachable", _E),
    ("FLOW313", "literal-out-of-range", _E),
    ("FLOW314", "value-not-transportable", _E),
    ("FLOW315", "secret-leak", _E),
    ("FLOW316", "run-time-value-where-build-time-needed", _E),
    ("FLOW317", "default-not-of-type", _E),
    ("FLOW318", "compare-different-types", _E),
    ("FLOW319", "untyped-any", _W),
    ("FLOW320", "record-field-missing", _E),
    ("FLOW321", "fallback-type-differs", _E),
    # 4 graph
    ("FLOW401", "cycle", _E),
    ("FLOW402", "self-dependency", _E),
    ("FLOW403", "unreachable-task", _E),
    ("FLOW404", "always-false-condition", _E),
    ("FLOW405", "edge-into-branch-from-outside", _E),
    ("FLOW406", "edge-into-loop-body", _E),
    ("FLOW407", "after-redundant", _W),
    ("FLOW408", "handler-referenced-by-task", _E),
    ("FLOW409", "finally-depends-on-output", _E),
    ("FLOW410", "subflow-recursion", _E),
    ("FLOW411", "empty-flow", _E),
    ("FLOW412", "nested-loop-unbounded", _W),
    ("FLOW413", "join-never-satisfied", _E),
    ("FLOW414", "fallback-cycle", _E),
    ("FLOW415", "too-wide", _E),
    ("FLOW416", "fallback-not-its-own", _E),
    # 5 time and triggers
    ("FLOW501", "bad-cron", _E),
    ("FLOW502", "unknown-timezone", _E),
    ("FLOW503", "nonexistent-local-time", _W),
    ("FLOW504", "start-after-end", _E),
    ("FLOW505", "catchup-explosion", _W),
    ("FLOW506", "partition-mismatch", _E),
    ("FLOW507", "partition-without-start", _E),
    ("FLOW508", "window-outside-range", _E),
    ("FLOW509", "catchup-not-stated", _E),
    ("FLOW510", "trigger-loop", _E),
    ("FLOW511", "dead-trigger", _E),
    ("FLOW512", "webhook-path-duplicate", _E),
    ("FLOW513", "run-now-in-condition", _E),
    ("FLOW514", "deadline-shorter-than-critical-path", _E),
    ("FLOW515", "interval-not-dividing-day", _W),
    # 6 policies and resources
    ("FLOW601", "negative-or-zero", _E),
    ("FLOW602", "backoff-without-delay", _E),
    ("FLOW603", "retry-on-non-idempotent-write", _W),
    ("FLOW604", "pool-undefined", _E),
    ("FLOW605", "slots-exceed-pool", _E),
    ("FLOW606", "timeout-shorter-than-poll", _E),
    ("FLOW607", "retries-outlast-deadline", _E),
    ("FLOW608", "unknown-policy", _E),
    ("FLOW609", "policy-cycle", _E),
    ("FLOW610", "resources-without-executor", _W),
    ("FLOW611", "notify-without-connection", _E),
    ("FLOW612", "lock-deadlock", _E),
    # 7 assets, lineage and SQL
    ("FLOW701", "two-writers", _E),
    ("FLOW702", "read-never-written", _W),
    ("FLOW703", "unknown-asset", _E),
    ("FLOW704", "unknown-column", _E),
    ("FLOW705", "column-type-conflict", _E),
    ("FLOW706", "schema-breaking-change", _E),
    ("FLOW707", "lineage-stops-here", _W),
    ("FLOW708", "sql-does-not-parse", _E),
    ("FLOW709", "pii-reaches-untagged-asset", _W),
    ("FLOW710", "write-undeclared", _E),
    ("FLOW711", "freshness-impossible", _E),
    ("FLOW712", "sql-injection-hole", _E),
    ("FLOW713", "dbt-model-unknown", _E),
    ("FLOW714", "read-races-write", _E),
    # 8 secrets, environments and outside symbols
    ("FLOW801", "secret-literal", _E),
    ("FLOW802", "env-undefined-in-profile", _E),
    ("FLOW803", "connection-undefined", _E),
    ("FLOW804", "connection-type-mismatch", _E),
    ("FLOW805", "set-unknown-path", _E),
    ("FLOW806", "profile-cycle", _E),
    ("FLOW807", "prod-without-owner", _W),
    ("FLOW821", "python-module-not-found", _E),
    ("FLOW822", "python-symbol-not-found", _E),
    ("FLOW823", "python-signature-mismatch", _E),
    ("FLOW824", "file-not-found", _E),
    ("FLOW825", "not-callable-or-async-unsupported", _E),
    ("FLOW826", "not-importable-without-side-effects", _W),
    ("FLOW831", "expectation-failed", _E),
    ("FLOW832", "test-cannot-run", _E),
    ("FLOW833", "test-expects-nothing", _W),
    # 9 targets
    ("FLOW900", "internal-error", _E),
    ("FLOW901", "not-representable", _E),
    ("FLOW902", "emulated", _I),
    ("FLOW903", "weaker-semantics", _E),
    ("FLOW904", "target-block-ignored", _W),
    ("FLOW905", "target-version-too-old", _E),
    ("FLOW906", "plugin-missing", _E),
    ("FLOW907", "nested-map-flattened", _I),
    ("FLOW908", "limit-exceeded", _E),
    ("FLOW909", "override-changes-behaviour", _W),
    ("FLOW910", "target-override-unknown-key", _E),
)

CODES: dict[str, Code] = {number: Code(number, slug, severity) for number, slug, severity in _TABLE}
"""Every code by its number."""

BY_SLUG: dict[str, Code] = {code.slug: code for code in CODES.values()}
"""Every code by its slug."""
