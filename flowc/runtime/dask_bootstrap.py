"""What goes to Dask's workers by its code: functions that need nothing there, and lay this package in when it lacks.

They are made inside of functions, so that they are pickled as they are, and not by a name that a worker does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _installer() -> Callable[..., Any]:
    def installed(code: str, take: Callable[[], bytes]) -> Any:
        """The room `dask_worker` of the package with that digest, which is laid into the worker's own folder."""
        import io
        import os
        import sys
        import tarfile
        import tempfile
        import types
        from importlib import import_module

        name = f"_flow_runtime_{code[:16]}"
        if name not in sys.modules:
            folder = tempfile.mkdtemp(prefix="flow-runtime-", dir=os.environ.get("TMPDIR"))
            with tarfile.open(fileobj=io.BytesIO(take()), mode="r:gz") as archive:
                for entry in archive:
                    path = os.path.join(folder, os.path.basename(entry.name))
                    content = archive.extractfile(entry)
                    assert content is not None
                    with open(path, "wb") as file:
                        file.write(content.read())
            package = types.ModuleType(name)
            package.__path__ = [folder]
            sys.modules.setdefault(name, package)
        return import_module(f"{name}.dask_worker")

    return installed


def attempt() -> Callable[..., Any]:
    """The function of a task of Dask: does one attempt, and gives what became of it."""
    installed = _installer()

    def flow_attempt(code: str, name: str, work: dict[str, Any]) -> dict[str, Any]:
        from importlib import import_module

        try:
            distributed: Any = import_module("distributed")
            worker, client = distributed.get_worker(), distributed.get_client()
            room = installed(code, lambda: client.get_dataset(name))
            return room.attempt(worker, worker.get_current_task(), client, work)
        except Exception as error:  # of a task that raises Dask writes the arguments into its log: secrets are in ours
            return {"end": "broken", "said": f"{type(error).__name__}: {error}"}

    return flow_attempt


def ask() -> Callable[..., Any]:
    """A function that calls one of the room `dask_worker`, on each worker, in a thread of its own."""
    installed = _installer()

    async def flow_ask(code: str, data: bytes, function: str, args: tuple[Any, ...], dask_worker: Any = None) -> Any:
        import asyncio

        room = await asyncio.to_thread(installed, code, lambda: data)
        return await asyncio.to_thread(getattr(room, function), dask_worker, *args)

    return flow_ask


def clients() -> Callable[..., Any]:
    """A function that tells on the scheduler who is connected to it."""

    def flow_clients(dask_scheduler: Any = None) -> list[str]:
        return list(dask_scheduler.clients)

    return flow_clients
