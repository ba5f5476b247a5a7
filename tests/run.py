"""Runs every test: the web player's, then Python's with the browser stories, finding or fetching a browser.

``--unless-passed`` runs nothing where these very sources have passed before.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED = Path(sys.prefix) / "tests-passed"
SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile")
COVERAGE = ROOT / ".coverage"
_SOURCES = ("src", "tests", "web/src", "web/package-lock.json", "web/vite.config.ts", "pyproject.toml")
_MADE = {"__pycache__", "api/web"}
sys.path.insert(0, str(ROOT))

from tests.e2e.browser import BrowserMissingError, ensure_browser  # noqa: E402


def main() -> int:
    """Run the suites, and keep what has passed."""
    arguments = sys.argv[1:]
    if "--unless-passed" in arguments:
        arguments.remove("--unless-passed")
        if PASSED.is_file() and COVERAGE.is_file() and PASSED.read_text() == sources():
            return 0
    PASSED.unlink(missing_ok=True)
    for measured in [COVERAGE, *ROOT.glob(".coverage.*")]:
        measured.unlink(missing_ok=True)
    code = run(arguments)
    if code == 0:
        PASSED.write_text(sources())
    return code


def sources() -> str:
    """Return a hash over everything that the tests stand on; times of files say nothing about what is in them."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            relative = file.relative_to(ROOT).as_posix()
            if file.is_file() and not any(f"/{made}/" in relative for made in _MADE):
                digest.update(relative.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def run(extra: list[str]) -> int:
    """Run the suites; say loudly when the browser stories could not be run, and fail for it in CI."""
    web = subprocess.run([sys.executable, ROOT / "web" / "build.py", "npm", "run", "--silent", "test"], check=False)
    arguments = ["-m", "pytest", "-rfERs", "--cov", "--cov-report=", *SIDE_BY_SIDE, *extra]
    environment = dict(os.environ)
    missing: str | None = None
    try:
        environment["AURALIS_BROWSER"] = str(ensure_browser())
    except BrowserMissingError as error:
        missing = str(error)
        arguments += ["--ignore=tests/e2e"]
    python = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=False)
    if missing is not None:
        print(f"\n!!! THE BROWSER STORIES (tests/e2e) WERE NOT RUN: {missing}\n", file=sys.stderr)
        if os.environ.get("CI"):
            return 1
    return web.returncode or python.returncode


if __name__ == "__main__":
    sys.exit(main())
