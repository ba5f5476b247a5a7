"""Runs every test: the web player's, then Python's with the browser stories, finding or fetching a browser."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.browser import BrowserMissingError, ensure_browser  # noqa: E402


def main() -> int:
    """Run the suites; say loudly when the browser stories could not be run, and fail for it in CI."""
    web = subprocess.run([sys.executable, ROOT / "web" / "build.py", "npm", "run", "--silent", "test"], check=False)
    arguments = ["-m", "pytest", "--cov", "--cov-report=", *sys.argv[1:]]
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
