"""What tells the first failure of a run: the tasks to look at, in the run's own DAG and in those of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flowc.ir.reads import is_inner, parts_of
from flowc.target.code import Code, support
from flowc.target.literals import literal, string
from flowc_targets.airflow.plan import Plan
from flowc_targets.airflow.steps import Step, outermost
from flowc_targets.airflow.written import written_length

if TYPE_CHECKING:
    from flowc_targets.airflow.body import Body


def failure_of_run(body: Body, *lateness: str) -> str:
    """The call that gives `failed_task` and `error`, and by how much the run is late if that is asked."""
    dag = body.dag
    found = [_first("context", dag.plan, body)] if _main(dag.plan) else []
    for part in parts_of(dag.graph):
        context = body.helper("in_part", string(dag.dag_id(part))).text
        found.append(_first(context, dag.parts.plan(part), body))
    returns = [f"returns={string(dag.plan.returns.id)}"] if dag.plan.returns else []
    return body.helper("failure_of_run", *found, *returns, *lateness).text


def _first(context: str, plan: Plan, body: Body) -> str:
    return body.use(support("first_failure", Code(context), *map(Code, _looked_at(plan)))).text


def _main(plan: Plan) -> list[Step]:
    return [step for step in plan.nodes.values() if step.node.phase == "main" and not is_inner(step.node)]


def _looked_at(plan: Plan) -> Iterator[str]:
    """The main tasks by id, and what saves, numbers or follows them."""
    main = _main(plan)
    names = {step.id: " ".join(step.node.name.split()) for step in main}
    saved = {step.id: plan.results[step.node.name].id for step in main if step.node.name in plan.results}
    flat = {step.id: numbered_by(step, plan) for step in main if plan.is_flattened(step.path)}
    over = {step.id: numbered_by(step, plan) for step in main if step.path and step.id not in flat}
    others = {id_: name for id_, name in names.items() if id_ != name}
    yield literal(list(names))
    for word, said in (("names", others), ("results", saved), ("over", over), ("flattened", flat)):
        if said:
            yield f"{word}={literal(said)}"


def numbered_by(step: Step, plan: Plan) -> str | int | None:
    """What the instances of a mapped task are numbered by: the task that made the list, or the list's length."""
    if plan.is_flattened(step.path):
        return plan.all[step.path[-1]].id
    loop = plan.graph.loop(outermost(step.path))
    source = plan.source(loop.name).step
    return written if (written := written_length(loop)) is not None else source.id if source else None
