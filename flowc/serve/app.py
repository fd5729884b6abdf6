"""The web app: the API under /api, described by /openapi.json, and the page."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse

from flowc.history import LOOK
from flowc.runtime.errors import StateError, UsageError
from flowc.serve import flows_api, hooks, runs_api
from flowc.serve.gate import Gate
from flowc.serve.server import NotNow, NotThere, Server

_PAGE = Path(__file__).parent / "page"
_PARTS = (*LOOK, _PAGE / "page.css", _PAGE / "page.js")
_FILES = {"/": _PAGE / "index.html", **{f"/{part.name}": part for part in _PARTS}}


def app_of(server: Server, token: str, names: frozenset[str] = frozenset()) -> Gate:
    """The app for a server; `names` are those that it may be called by besides its addresses."""
    app = FastAPI(title="flowc serve", version="1", docs_url=None, redoc_url=None)
    app.state.server = server
    app.include_router(flows_api.router, prefix="/api")
    app.include_router(runs_api.router, prefix="/api")
    app.include_router(hooks.router)
    app.state.token, app.state.bucket = token, hooks.Bucket()
    for address, path in _FILES.items():
        app.add_api_route(address, _file(path), include_in_schema=False)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(UsageError, _refused)
    app.add_exception_handler(UnicodeEncodeError, _no_text)
    return Gate(app, token, names | {"localhost"})  # pyright: ignore[reportArgumentType] - starlette's own names


def _file(path: Path):
    async def answer() -> FileResponse:
        return FileResponse(path)

    return answer


async def _bad_request(request: Request, error: Exception) -> JSONResponse:
    """What does not fit the description, without the input itself, which may be no JSON (NaN)."""
    assert isinstance(error, RequestValidationError)
    said = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
    return _problem(422, "; ".join(said))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, StateError):
        return _problem(503, str(error))
    return _problem(404 if isinstance(error, NotThere) else 409 if isinstance(error, NotNow) else 422, str(error))


async def _no_text(request: Request, error: Exception) -> JSONResponse:
    """Half of a surrogate pair is valid JSON and no text."""
    return _problem(422, "a text holds half of a surrogate pair")


def _problem(status: int, why: str) -> JSONResponse:
    return JSONResponse({"detail": why.encode("utf-8", "replace").decode()}, status)
