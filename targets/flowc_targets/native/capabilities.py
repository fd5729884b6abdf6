"""What the native runner does: everything that is built, since it is the reference."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.ir.features import Feature
from flowc.target.contract import LATER, Answer, Native

_HOW: Mapping[Feature, str] = {
    Feature.schedule_cron: "`flowc serve` fires; or cron or systemd, the project's README has the lines",
    Feature.schedule_every: "`flowc serve` fires; or cron or systemd, the project's README has the lines",
    **dict.fromkeys(
        (Feature.on_asset, Feature.on_file, Feature.on_webhook, Feature.on_flow, Feature.on_several),
        "`flowc serve` hears of it; by hand, `flowc run --event`",
    ),
    Feature.freshness: "`flowc serve` looks each second, and tells it on its page and among what it prints",
    Feature.wait_asset: "what runs on the same state directory have written",
    Feature.wait_approval: "answered with `flowc runs approve`, on the page of `flowc serve` or over its API",
    Feature.partition: "by hand with `--partition`, a range with `flowc backfill`",
    Feature.partition_names: "by hand with `--partition`, all with `flowc backfill`",
    Feature.backfill: "`flowc backfill`",
    Feature.split: "a run of each part, which ends and is resumed with the run",
    Feature.renamed: "what was asked for of a flow, and how far its schedule was looked at, is kept by its first name",
    Feature.cpu: "noted with the task; one machine has nobody to ask",
    Feature.memory: "noted with the task; one machine has nobody to ask",
    Feature.gpu: "noted with the task; one machine has nobody to ask",
    Feature.labels: "noted with the task; one machine has nobody to ask",
    Feature.sql_postgres: "through psycopg, which must be installed",
    Feature.sql_snowflake: "through snowflake-connector-python, which must be installed",
    Feature.sql_duckdb: "through duckdb, which must be installed",
}

CAPABILITIES: Mapping[Feature, Answer] = {
    **{feature: Native(_HOW.get(feature, "")) for feature in Feature if feature not in LATER},
    **LATER,
}
