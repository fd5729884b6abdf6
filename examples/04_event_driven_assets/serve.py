"""Stand in for the buckets and the warehouse: an S3 (moto) and a Snowflake (fakesnow) of this machine alone.

python serve.py                                until Ctrl-C; prints what belongs into the environment
python serve.py flowc serve . --profile ...    while the command runs, with that in its environment

Nothing has landed, the lake is empty, and all is forgotten at the end. The warehouse has views where Snowflake has
external tables: `raw.orders` and `raw.customers` are what lies in the lake.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import urllib.request
import warnings
from pathlib import Path
from typing import Any

import duckdb
import fakesnow.server
import s3fs
import snowflake.connector
import uvicorn
from moto.server import ThreadedMotoServer

HERE = Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
RAW = {"orders": "id BIGINT, customer_id BIGINT, amount DECIMAL(12, 2)", "customers": "id BIGINT, segment VARCHAR"}


class Services:
    """Both of them, answering on ports of their own until the end of the block."""

    def __enter__(self) -> Services:
        for name in ("werkzeug", "fakesnow.server"):
            logging.getLogger(name).setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", module="fakesnow")
        self._s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._s3.start()
        self.s3_url = "http://{}:{}".format(*self._s3.get_host_and_port())
        self.s3 = s3fs.S3FileSystem(endpoint_url=self.s3_url, key="local", secret="local", use_listings_cache=False)
        for bucket in ("landing", "reports"):
            self.s3.makedirs(bucket, exist_ok=True)
        # The warehouse reads the lake where it lies.
        self._files = fakesnow.server.shared_fs.duck_conn
        self._files.register_filesystem(self.s3)
        config = uvicorn.Config(fakesnow.server.app, host="127.0.0.1", port=0, log_level="error")
        self._warehouse = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._warehouse.run, daemon=True)
        self._thread.start()
        while not self._warehouse.started:
            time.sleep(0.02)
        self.port = self._warehouse.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._warehouse.should_exit = True
        self._thread.join()
        self._files.unregister_filesystem("s3")
        forgotten = urllib.request.Request(f"{self.s3_url}/moto-api/reset", method="POST")
        urllib.request.urlopen(forgotten).close()  # else it is there again with the next server of this process
        self._s3.stop()

    def environment(self, database: str = "shop") -> dict[str, str]:
        """What has to be in the environment of those who use them, with a lake and a database of that name."""
        lake = database.replace("_", "-")
        self.s3.makedirs(lake, exist_ok=True)
        with duckdb.connect() as empty:
            empty.register_filesystem(self.s3)
            for table, columns in RAW.items():
                empty.execute(f"CREATE TABLE {table} ({columns})")
                empty.table(table).write_parquet(f"s3://{lake}/raw/{table}/{table}.parquet")
        views = (
            f"CREATE OR REPLACE VIEW raw.{table} AS SELECT * FROM read_parquet('s3://{lake}/raw/{table}/*.parquet')"
            for table in RAW
        )
        self.ask(database, "CREATE SCHEMA IF NOT EXISTS raw", "CREATE SCHEMA IF NOT EXISTS mart", *views)
        url = f"snowflake://fake:snow@fakesnow/{database}/main?host=127.0.0.1&port={self.port}&protocol=http"
        return {**KEYS, "AWS_ENDPOINT_URL": self.s3_url, "LAKE_BUCKET": lake, "SNOWFLAKE_URL": url}

    def ask(self, database: str, *statements: str) -> list[tuple[Any, ...]]:
        """What the last statement finds in a database of the warehouse."""
        with (
            snowflake.connector.connect(
                account="fakesnow", user="fake", password="snow", database=database, schema="main",
                host="127.0.0.1", port=self.port, protocol="http",
            ) as warehouse,
            warehouse.cursor() as cursor,
        ):  # fmt: skip
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()


def main(command: list[str]) -> int:
    with Services() as services:
        environment = services.environment()
        if command:
            return subprocess.call(command, env=os.environ | environment)
        print("\n".join(f"export {name}='{value}'" for name, value in environment.items()), flush=True)
        threading.Event().wait()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        pass
