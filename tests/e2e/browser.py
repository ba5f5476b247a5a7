"""Finds a Chromium for the browser stories: on the system, else by Playwright, else by apt-get where allowed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSER_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class BrowserMissingError(Exception):
    """No browser can be had here; the message says what was tried."""


def ensure_browser() -> Path:
    """Return the path of a Chromium, installing one if need be."""
    for find in (_on_system, _by_playwright, _by_apt):
        found = find()
        if found is not None:
            return found
    raise BrowserMissingError("no Chromium on this system, Playwright could not fetch one, and neither could apt-get")


def _on_system() -> Path | None:
    named = os.environ.get("AURALIS_BROWSER")
    for candidate in (named, *(shutil.which(name) for name in _NAMES), *_APPLICATIONS):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    return None


def firefox() -> Path | None:
    """Return the path of the system's Firefox, if it has one."""
    found = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    return Path(found) if found else None


def _by_playwright() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=600)
    return path if path.exists() else None


def _by_apt() -> Path | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, timeout=900)
    return _on_system()
