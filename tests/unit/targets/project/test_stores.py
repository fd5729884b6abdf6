"""A project asks for the packages by which the files that it waits for are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc_targets.project.stores import stores

S3, ANY = "s3fs>=2024.6", "fsspec>=2024.6"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('task a = wait file("in/*.csv")', set[str]()),
        ('task a = wait file("s3://lake/*.csv")', {S3}),
        ('let at: path = "s3://lake/#{n}/"\n  task a = wait file("#{at}_SUCCESS")', {S3}),
        ('task a = wait file("gs://b/#{n}.csv")\n  task b = wait file("ftp://c/d")', {"gcsfs>=2024.6", ANY}),
        ('task a = wait http("https://example.org")', set[str]()),
        ('on file "s3://lake/*.csv"\n  task a = sh "true"', {S3}),
        ('on file "in/*.csv" or file "az://lake/*.csv"\n  task a = sh "true"', {"adlfs>=2024.7"}),
        ('task a = sh "aws s3 cp s3://lake/a ."', set[str]()),
    ],
)
def test_by_the_schemes_that_are_written(body: str, wanted: set[str], tmp_path: Path) -> None:
    (tmp_path / "f.flow").write_text(f"flow f(n: int = 1) {{\n  {body}\n}}\n", "utf-8")
    compiled = compile_paths([tmp_path / "f.flow"])
    assert compiled.program is not None, compiled.diagnostics
    assert stores(compiled.program) == wanted
