"""Texts that look like keys, and many that do not. The keys are made up, and none stands here in one piece."""

from __future__ import annotations

import pytest

from flowc.sema.outside.secrets import secret_kind

LETTERS = "q7Zt3Lw9Xc5Vb1Nm8Kj2Hg6Fd4Sa0Pp"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AKIA" + "Q7ZT3LW9XC5VB1NM", "an AWS access key"),
        ("ghp_" + LETTERS + "abcdef", "a GitHub token"),
        ("github_pat_" + LETTERS * 2, "a GitHub token"),
        ("glpat-" + LETTERS, "a GitLab token"),
        ("xoxb-" + "1234567890-" + LETTERS, "a Slack token"),
        ("https://hooks.slack.com/services/" + "T0123456/B0123456/" + LETTERS, "a Slack webhook"),
        ("sk_live_" + LETTERS, "a Stripe key"),
        ("AIza" + LETTERS + "abcd", "a Google API key"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", "a private key"),
        ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
        ("eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJlLW9m", "a signed token (JWT)"),
        ("postgres://app:" + "s3cr3t@db/prod", "a password in a URL"),
        ("curl -u x https://me:" + "hunter2@example.com/a", "a password in a URL"),
        ("Authorization: Bearer " + "ghp_" + LETTERS + "abcdef", "a GitHub token"),
    ],
)
def test_well_known_forms_count_anywhere(text: str, kind: str) -> None:
    assert secret_kind(text) == kind


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("password", "hunter2"),
        ("DB_PASSWORD", "correct-horse"),
        ("api_key", "0123456789ab"),
        ("apikey", "0123456789ab"),
        ("secret_key", LETTERS),
        ("token", "abc123def"),
        ("key", LETTERS),
        ("key", "9c1185a5c5e9fc5461" + "2808977ee8f548b2258d31"),
    ],
)
def test_under_a_telling_name_most_texts_count(name: str, text: str) -> None:
    assert secret_kind(text, name) == f"the value of `{name}`"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("password", ""),
        ("password", "changeme"),
        ("password", "your-password-here"),
        ("password", "<password>"),
        ("password", "${DB_PASSWORD}"),
        ("password", "xxxxxxxx"),
        ("password", "a sentence, not a key"),
        ("token", "abc"),
        ("key", "customer_id_of_the_orders_table"),
        ("key", "ccy"),
        ("keys", "abcdefgh123"),
        ("tokenizer", "word-piece-2"),
        ("password_file", "secrets/db.txt"),
        ("user", "administrator"),
        ("host", "db.internal.example.com"),
        ("url", "https://api.example.com/v1/things?id=42"),
        ("url", "http://localhost:8080/a@b"),
        ("url", "postgres://postgres:postgres@localhost/dev"),
        ("url", "postgres://user:${PASSWORD}@host/db"),
        ("url", "postgres://user:*****@host/db"),
        ("url", "jdbc:postgresql://host:5432/db"),
        ("bucket", "acme-data-lake-prod-eu-central-1"),
        (None, LETTERS),
        (None, "AKIA"),
        (None, "the skill sk_live and ghp_ are prefixes"),
        (None, "2f1e6c1a9b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f"),
        (None, "SELECT * FROM mart.order_facts WHERE day = '2024-01-01'"),
        (None, "s3://lake/sales/eu/2024-01-01/part-00000-3f2a8f7c.snappy.parquet"),
        (None, "-----BEGIN CERTIFICATE-----"),
        (None, "-----BEGIN PUBLIC KEY-----"),
        (None, "sk-learn-pipeline"),
        (None, "git@github.com:acme/pipelines.git"),
    ],
)
def test_other_texts_do_not(name: str | None, text: str) -> None:
    assert secret_kind(text, name) is None
