"""`make dev`: the server started anew whenever its code changes."""

import argparse
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from auralis.api.socket.registry import LARGEST_FRAME
from auralis.app import logs
from auralis.app.server import create_app
from auralis.app.settings import Settings


def application() -> FastAPI:
    """Return the application with the settings of the environment; a demo library where there is no music."""
    settings = Settings()
    logs.configure(settings.log_level, settings.log_format)
    return create_app(settings, make_demo=True)


def main() -> None:
    """Watch the code and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8765)
    chosen = parser.parse_args()
    code = str(Path(__file__).resolve().parent.parent)
    uvicorn.run(
        "auralis.app.reload:application",
        factory=True,
        reload=True,
        reload_dirs=[code],
        port=chosen.port,
        ws="auralis.api.socket.wire:Wire",
        ws_max_size=LARGEST_FRAME,
        log_config=None,
    )


if __name__ == "__main__":
    main()
