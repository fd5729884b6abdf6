"""Stand in for the lake and the warehouse: an S3 (moto) and a Snowflake (fakesnow) of this machine alone.

python serve.py                                   until Ctrl-C; prints what belongs into the environment
python serve.py flowc backfill sales_daily.flow   while the command runs, with that in its environment

The lake has the sales that lie in `data/`, the warehouse the tables of `sql/tables.sql`. Both forget all at the end.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import fakesnow.server
import s3fs
import snowflake.connector
import uvicorn
from moto.server import ThreadedMotoServer

HERE = Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}


class Services:
    """Both of them, answering on ports of their own until the end of the block."""

    def __enter__(self) -> Services:
        for name in ("werkzeug", "fakesnow.server"):
            logging.getLogger(name).setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", module="fakesnow")
        self._s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._s3.start()
        self.s3_url = "http://{}:{}".format(*self._s3.get_host_and_port())
        self.lake = s3fs.S3FileSystem(endpoint_url=self.s3_url, key="local", secret="local", use_listings_cache=False)
        self.lake.makedirs("lake", exist_ok=True)
        self.lake.put(f"{HERE}/data/", "lake/", recursive=True)
        # The warehouse reads what it copies out of this lake.
        self._files = fakesnow.server.shared_fs.duck_conn
        self._files.register_filesystem(self.lake)
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
        self._s3.stop()

    def environment(self, database: str = "shop") -> dict[str, str]:
        """What has to be in the environment of those who use them; `database` is made, where there is none."""
        self.ask(database, *tables())
        url = f"snowflake://fake:snow@fakesnow/{database}/main?host=127.0.0.1&port={self.port}&protocol=http"
        return {**KEYS, "AWS_ENDPOINT_URL": self.s3_url, "SNOWFLAKE_URL": url}

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


def tables() -> list[str]:
    """The statements that make what the flow expects of the warehouse."""
    return (HERE / "sql" / "tables.sql").read_text("utf-8").split(";")[:-1]


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
