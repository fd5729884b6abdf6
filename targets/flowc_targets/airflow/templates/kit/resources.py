"""What is asked of the executor. Only one that makes a pod for each task hears it."""

from __future__ import annotations

from typing import Any


def resources(
    cpu: float | None = None, memory: int | None = None, gpu: int | None = None, gpu_kind: str | None = None
) -> dict[str, Any]:
    """An `executor_config` that asks for cores, bytes and devices."""
    try:
        from kubernetes.client import models as k8s  # pyright: ignore[reportMissingImports]
    except ImportError:
        return {}
    asked = {"cpu": cpu, "memory": memory, gpu_kind or "nvidia.com/gpu": gpu}
    wanted = {name: str(value) for name, value in asked.items() if value is not None}
    container = k8s.V1Container(name="base", resources=k8s.V1ResourceRequirements(requests=wanted, limits=wanted))
    return {"pod_override": k8s.V1Pod(spec=k8s.V1PodSpec(containers=[container]))}
