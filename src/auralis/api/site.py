"""The web player's own files, and its one page for every address that is not a file."""

from pathlib import Path

from starlette.responses import FileResponse, HTMLResponse, Response

ROOT = Path(__file__).parent / "web"
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


def serve(path: str) -> Response:
    """Answer with the file at ``path``, or with the player's page, which knows its own addresses."""
    if not is_built():
        return HTMLResponse(_UNBUILT, status_code=200 if path in {"", "/"} else 404)
    file = (ROOT / path.lstrip("/")).resolve()
    if path.strip("/") and file.is_relative_to(ROOT.resolve()) and file.is_file():
        caching = _FOREVER if path.startswith("/assets/") else "no-cache"
        return FileResponse(file, headers={"Cache-Control": caching})
    return FileResponse(ROOT / "index.html", headers={"Cache-Control": "no-cache"})
