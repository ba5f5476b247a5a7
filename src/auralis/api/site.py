"""The web player's own files, and its one page for every address that is not a file."""

from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from auralis.api.files import file_answer

ROOT = Path(__file__).parent / "web"
_ASSETS = "/assets/"
_FOREVER = "public, max-age=31536000, immutable"
_UNBUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Auralis</title></head>
<body><h1>Auralis is running</h1>
<p>The API answers under <a href="/api/docs">/api/docs</a>; the web player is not built into this installation.</p>
<p>In a clone of the project, with Node.js 20.19 or later: <code>make setup</code>.</p></body></html>
"""


def is_built() -> bool:
    """Tell whether this installation carries the web player."""
    return (ROOT / "index.html").is_file()


async def serve(request: Request) -> Response:
    """Answer with the file that is asked for, or with the player's page, which knows its own addresses."""
    path = request.scope["path"]
    if not is_built():
        return HTMLResponse(_UNBUILT, status_code=200 if path in {"", "/"} else 404)
    file = _file(path)
    if file is not None:
        caching = _FOREVER if path.startswith(_ASSETS) else "no-cache"
        return await file_answer(request, file, caching=caching)
    if path.startswith(_ASSETS):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return await file_answer(request, ROOT / "index.html", caching="no-cache")


def _file(path: str) -> Path | None:
    """Return the web player's file at ``path``, or None where there is none, or could be none."""
    try:
        file = (ROOT / path.lstrip("/")).resolve()
        return file if file.is_relative_to(ROOT.resolve()) and file.is_file() else None
    except (OSError, ValueError):
        return None
