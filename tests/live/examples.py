"""The example that events start, with the S3 and the Snowflake that its own `serve.py` stands in with.

Customers are delivered, and a file of orders lands, which is announced twice with one key: it is heard of twice, and
the rest happens once.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.stories import columns

EXAMPLES = Path(__file__).parents[2] / "examples"
EVENTS = EXAMPLES / "04_event_driven_assets"
_TASKS = {"deliver_customers": "deliver", "ingest_orders": "land", "build_facts": "facts", "report": "segments"}
TRACES = {flow: columns([f"{task}  succeeded  1", "run  succeeded"]) for flow, task in _TASKS.items()}
HOW_OFTEN = {"ingest_orders": 2, "build_facts": 1, "report": 1}
"""How often each of the flows is started."""
KEY = "monday-1"


@contextmanager
def standing_in() -> Iterator[Mapping[str, str]]:
    """S3 and Snowflake; the variables of those who use them."""
    with _serving(EVENTS).Services() as services:
        yield services.environment("live")


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


def _serving(example: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"{example.name}_serve", example / "serve.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded
