"""One run of one flow, in a process of its own that was forked from one that has loaded Prefect."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import datetime
from importlib import import_module
from typing import Any

REFUSED = "Validation of flow parameters failed"
Spec = dict[str, Any]


def run(spec: Spec) -> dict[str, Any]:
    """Run the job; its record."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ParameterBindError, SignatureMismatchError
    from prefect.flow_engine import run_flow
    from prefect.states import AwaitingRetry, Pending, Scheduled

    os.environ.update(spec["env"])
    os.chdir(spec["project"])
    sys.path.insert(0, spec["project"])
    try:
        module, _, function = spec["entrypoint"].partition(":")
        flow = getattr(import_module(module), function)
    except Exception:
        return {"status": "broken", "error": traceback.format_exc()}
    with get_client(sync_client=True) as client:
        for name, slots in spec["pools"].items():
            client.upsert_global_concurrency_limit_by_name(name, slots)
        state = Scheduled(scheduled_time=datetime.fromisoformat(spec["at"])) if spec["at"] else Pending()
        asked = client.create_flow_run(flow, parameters=spec["parameters"], state=state)
        try:
            ended = run_flow(flow, flow_run=asked, return_type="state")
        except (ParameterBindError, SignatureMismatchError) as error:
            # no such params: as a deployment's run it would not have been made
            return {"status": "refused", "error": str(error)}
        for _ in range(spec["resumes"]):
            # as the button "Retry" of a flow run's page
            client.set_flow_run_state(asked.id, AwaitingRetry(), force=True)
            ended = run_flow(flow, flow_run=client.read_flow_run(asked.id), return_type="state")
        found = list(_records(client, asked.id, spec))
    message = str(getattr(ended, "message", ""))
    is_refused = message.startswith(REFUSED) and not found[0]["tasks"]
    return {"status": "refused" if is_refused else "finished", "error": message, "runs": found}


def _records(client: Any, run_id: Any, spec: Spec) -> Any:
    from flowc_inside.records import all_recorded, runs

    return runs(client, run_id, spec["types"], all_recorded(client), spec["parts"])
