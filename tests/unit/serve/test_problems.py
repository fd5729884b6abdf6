"""What a server tells of what it could not do."""

from flowc.serve.problems import MOST, Problems


def test_each_is_said_once_for_as_long_as_it_is_so() -> None:
    said: list[str] = []
    problems = Problems(said.append)
    for why in ("no bucket", "no bucket", "no key", "no key"):
        problems.add("on file s3://a", f"a: {why}")
    problems.add("run 1", "run 1: lost")
    assert said == ["a: no bucket", "a: no key", "run 1: lost"]
    assert list(problems) == ["a: no key", "run 1: lost"]
    problems.over("on file s3://a")
    problems.over("run 2")
    assert list(problems) == ["run 1: lost"]
    problems.add("on file s3://a", "a: no key")
    assert said[-1] == "a: no key"


def test_so_many_are_kept() -> None:
    problems = Problems()
    for number in range(MOST + 2):
        problems.add(str(number), f"run {number}")
    assert list(problems) == [f"run {number}" for number in range(2, MOST + 2)]
