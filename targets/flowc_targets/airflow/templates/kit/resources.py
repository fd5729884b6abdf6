"""What is asked of the executor, and the image of its pod. Only one that makes a pod for each task hears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def resources(
    cpu: float | None = None,
    memory: int | None = None,
    gpu: int | None = None,
    gpu_kind: str | None = None,
    labels: Mapping[str, str] | None = None,
    image: str | None = None,
) -> dict[str, Any]:
    """An `executor_config` that asks for cores, bytes and devices, and names the labels and the image of the pod."""
    try:
        from kubernetes.client import models as k8s  # pyright: ignore[reportMissingImports]
    except ImportError:
        if image is not None:
            raise
        return {}
    asked = {"cpu": cpu, "memory": memory, gpu_kind or "nvidia.com/gpu": gpu}
    wanted = {name: str(value) for name, value in asked.items() if value is not None}
    limits = k8s.V1ResourceRequirements(requests=wanted, limits=wanted) if wanted else None
    container = k8s.V1Container(name="base", image=image, resources=limits)
    metadata = k8s.V1ObjectMeta(labels=dict(labels)) if labels else None
    return {"pod_override": k8s.V1Pod(metadata=metadata, spec=k8s.V1PodSpec(containers=[container]))}
