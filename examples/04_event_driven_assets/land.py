"""A file of orders lands: `python land.py data/monday.csv`, in the environment that serve.py prints."""

from __future__ import annotations

import sys
from pathlib import Path

import s3fs

for name in sys.argv[1:]:
    s3fs.S3FileSystem().put(name, f"landing/orders/{Path(name).name}")
