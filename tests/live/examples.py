"""The examples that days and events start, on the live engines, with the S3 and the Snowflake that they stand in with.

Of 05 the first three days are filled, of which the last had no sales, and filled again. In 04 customers are delivered,
and a file of orders lands, which is announced twice with one key: it is heard of twice, and the rest happens once.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.stories import columns

EXAMPLES = Path(__file__).parents[2] / "examples"
EVENTS, DAYS = EXAMPLES / "04_event_driven_assets", EXAMPLES / "05_partitioned_backfill"
FOLDERS = (EVENTS, DAYS)
SALES = "sales_daily"
SOLD = {"2022-01-01": 2, "2022-01-02": 3, "2022-01-03": 0}
"""The days that are filled, with their sales."""
_TASKS = {"deliver_customers": "deliver", "ingest_orders": "land", "build_facts": "facts", "report": "segments"}
TRACES = {flow: columns([f"{task}  succeeded  1", "run  succeeded"]) for flow, task in _TASKS.items()}
BY_HAND = ("broken", "deliver_customers")
"""What is asked for, so that others hear of it."""
HOW_OFTEN = {"ingest_orders": 2, "build_facts": 1, "report": 1}
"""How often each of the flows is started."""
KEY = "monday-1"


@contextmanager
def standing_in() -> Iterator[Mapping[str, str]]:
    """S3 and Snowflake, with what both examples need there; the variables of those who use them."""
    events, days = _serving(EVENTS), _serving(DAYS)
    with events.Services() as services:
        services.s3.makedirs("lake", exist_ok=True)
        services.s3.put(f"{DAYS}/data/", "lake/", recursive=True)
        services.ask("live", *days.tables())
        yield services.environment("live")


def lay(folder: Path) -> None:
    """Both beside the other flows of a project: files are looked for more often, and no schedule fires."""
    for example in FOLDERS:
        for name in ("shop", "sales", "sql"):
            if (example / name).exists():
                shutil.copytree(example / name, folder / name, dirs_exist_ok=True)
        for path in example.glob("*.flow"):
            text = path.read_text("utf-8").replace("poll 1m\n", "poll 10s\n")
            (folder / path.name).write_text(text, "utf-8")
    text = (folder / "flow.toml").read_text("utf-8")
    (folder / "flow.toml").write_text(f'{text}profile = "local"\n', "utf-8")


def land(env: Mapping[str, str]) -> dict[str, Any]:
    """A file of orders lands; what is posted of it."""
    s3 = store(env)
    s3.put(f"{EVENTS}/data/monday.csv", "landing/orders/monday.csv")
    etag = s3.info("landing/orders/monday.csv")["ETag"].strip('"')
    return {"path": "s3://landing/orders/monday.csv", "etag": etag}


def store(env: Mapping[str, str]) -> Any:
    """The buckets."""
    import s3fs

    key, secret = env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]
    return s3fs.S3FileSystem(endpoint_url=env["AWS_ENDPOINT_URL"], key=key, secret=secret, use_listings_cache=False)


def traces_of_days() -> list[list[str]]:
    """One for each day, by those that lie with the example."""
    found: list[list[str]] = []
    for day, sold in SOLD.items():
        text = (DAYS / ("trace.txt" if sold else "trace-quiet.txt")).read_text("utf-8")
        text = text.replace("2022-01-02", day).replace('"n":3', f'"n":{sold}')
        found.append(columns(text.splitlines()))
    return sorted(found)


def _serving(example: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"{example.name}_serve", example / "serve.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded
