"""Hatchling build hook: puts the built web player into the wheel and the source distribution."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
import build as web


class WebPlayerHook(BuildHookInterface):  # type: ignore[misc]
    """Builds the player before packing; an editable install leaves that to the Makefile."""

    def dependencies(self) -> list[str]:
        """Ask for a Node.js wheel only where the machine has no Node.js of its own."""
        return [] if web.is_fresh() or web.find_node() else [web.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the player; without npm the API alone is packed, except for a release."""
        if version == "editable" or not (web.WEB / "package.json").is_file():
            return
        try:
            web.build()
        except web.BuildError as error:
            if os.environ.get("AURALIS_RELEASE"):
                raise
            self.app.display_warning(f"Packing without the web player: {error}")
        build_data["artifacts"].append("src/auralis/api/web/**")
