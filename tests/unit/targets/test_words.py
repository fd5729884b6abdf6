"""Words of a target's own, in `target NAME { ... }`: each changes what is built, in every place where it may stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc.diagnostics import Problems
from flowc.emit.tree import FileTree
from flowc.target.build import build
from flowc.target.registry import target
from flowc_targets.project.words import text_word
from tests.stories import ENGINES

WORDS = [(name, word.name, place) for name in ENGINES for word in target(name).words for place in sorted(word.places)]


def built(folder: Path, name: str, *, flow: str = "", task: str = "") -> tuple[FileTree | None, list[str]]:
    """The files, and what is wrong with the source."""
    source = (
        f'flow f {{\n  {flow}\n  task a = sh "true"\n  task b = sh "true" after a {{\n    cpu 2\n    {task}\n  }}\n}}\n'
    )
    (folder / "main.flow").write_text(source, "utf-8")
    compilation = compile_paths([folder / "main.flow"])
    assert compilation.program is not None, [found.message for found in compilation.diagnostics]
    problems = Problems()
    tree = build(target(name), compilation.program, problems, known=ENGINES)
    return tree, [found.message for found in problems.sorted()]


def texts(tree: FileTree | None) -> str:
    assert tree is not None
    return "\n".join(str(tree[path]) for path in sorted(tree))


def test_targets_have_words() -> None:
    assert {name for name, _, _ in WORDS} == {"airflow", "dagster", "prefect"}


@pytest.mark.parametrize(("name", "word", "place"), WORDS)
def test_a_word_is_in_what_is_built(tmp_path: Path, name: str, word: str, place: str) -> None:
    text = "said_here:it" if (name, word) == ("dagster", "executor") else "said-here"
    said = {place: f'target {name} {{ {word} "{text}" }}'}
    assert text.partition(":")[0] in texts(built(tmp_path, name, **said)[0])


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_said_to_others_is_theirs(tmp_path: Path, name: str) -> None:
    said = [f'target {other} {{ {word} "said-to-others" }}' for other, word, place in WORDS if place == "flow"]
    others = "\n  ".join(each for each in said if not each.startswith(f"target {name} "))
    assert "said-to-others" not in texts(built(tmp_path, name, flow=others)[0])


def test_an_executor_is_named_by_its_module(tmp_path: Path) -> None:
    tree, _ = built(tmp_path, "dagster", flow='target dagster { executor "dagster_k8s:k8s_job_executor" }')
    assert "from dagster_k8s import k8s_job_executor\n" in texts(tree)
    assert "executor_def=k8s_job_executor" in texts(tree)
    assert '"dagster-k8s",' in texts(tree)
    assert "is written `module:name`" in built(tmp_path, "dagster", flow='target dagster { executor "k8s" }')[1][0]


def test_a_word_says_something(tmp_path: Path) -> None:
    assert built(tmp_path, "airflow", flow='target airflow { image "" }')[1] == ["`image` of airflow is empty"]
    assert text_word("x", "", "flow").places == {"flow"}


def test_a_prefect_word_of_a_flow_is_none_of_a_task(tmp_path: Path) -> None:
    tree, said = built(tmp_path, "prefect", task='target prefect { work_pool "k8s" }')
    assert tree is None
    assert "`work_pool` of prefect does not stand in a task" in said


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("airflow", 'target airflow { executor "KubernetesExecutor" }'),
        ("airflow", 'target airflow { image "one" }'),
        ("airflow", 'target airflow { queue "large" }'),
        ("prefect", 'target prefect { work_pool "k8s" }'),
        ("dagster", 'target dagster { executor "dagster_k8s:k8s_job_executor" }'),
    ],
)
def test_who_gives_what_is_asked_for_is_to_be_named(tmp_path: Path, name: str, named: str) -> None:
    (asked,) = built(tmp_path, name)[1]
    assert asked.startswith("`b` in f asks for cpu, and nothing says which executor of ")
    assert built(tmp_path, name, flow=named)[1] == []


def test_nobody_is_to_be_named_where_there_is_no_engine(tmp_path: Path) -> None:
    assert built(tmp_path, "native")[1] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("native", "cpu=2.0, memory=4294967296, gpu=1, gpu_kind='a100', labels={'team': 'data'}"),
        ("airflow", "resources(cpu=2.0, memory=4294967296, gpu=1, gpu_kind='a100', labels={'team': 'data'})"),
        ("dagster", "{'requests': {'cpu': '2.0', 'memory': '4294967296', 'a100': '1'}"),
        ("dagster", "'pod_template_spec_metadata': {'labels': {'team': 'data'}}"),
        ("prefect", "job_variables: cpu: 2.0 memory: 4294967296 gpu: 1 gpu_kind: 'a100' labels: team: 'data'"),
    ],
)
def test_resources_are_carried_to_where_the_engine_takes_them(tmp_path: Path, name: str, said: str) -> None:
    tree, _ = built(tmp_path, name, task='memory 4GiB\n    gpu 1, kind: "a100"\n    labels { team: "data" }')
    written = re.sub(r",?\s+(?=[\])}])|(?<=[\[({])\s+", "", texts(tree)).replace('"', "'")
    assert said in re.sub(r"\s+", " ", written)


def test_labels_add_up_and_prefect_takes_what_agrees(tmp_path: Path) -> None:
    tree, _ = built(tmp_path, "prefect", flow='labels { team: "data", "example.com/tier": "gold" }')
    assert tree is not None
    labels = '        labels:\n          "example.com/tier": "gold"\n          team: "data"\n'
    assert labels in tree.text("prefect.yaml")
    tree, problems = built(
        tmp_path, "prefect", flow='labels { team: "data" }\n  task h = sh "true" labels { team: "ml" }'
    )
    assert tree is None
    assert [each for each in problems if "differ in the label `team`" in each]


def test_an_image_of_the_flow_stays_where_a_task_asks_for_more(tmp_path: Path) -> None:
    tree, _ = built(tmp_path, "airflow", flow='target airflow { image "one" }')
    assert tree is not None
    assert 'executor_config=resources(cpu=2.0, image="one")' in tree.text("dags/f.py")
    assert '"executor_config": resources(image="one")' in tree.text("dags/f.py")
    assert "cncf-kubernetes" in tree.text("requirements.txt")
    assert "cncf-kubernetes" not in texts(built(tmp_path, "airflow")[0])
