"""The browser of the browser tests: found, or installed where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
OF_PLAYWRIGHT = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium")


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Chromium or Chrome: named by CHROMIUM, on PATH, or fetched by Playwright; None when there is none."""
    if environ.get("CHROMIUM"):
        named = Path(environ["CHROMIUM"])
        return named if os.access(named, os.X_OK) else None
    found = [Path(path) for name in NAMES if (path := shutil.which(name, path=environ.get("PATH")))]
    found += [Path(path) for path in APPLICATIONS if Path(path).exists()]
    home = Path(environ.get("HOME", "/nonexistent"))
    for cache in (home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"):
        found += [path for pattern in OF_PLAYWRIGHT for path in sorted(cache.glob(pattern), reverse=True)]
    return found[0] if found else None


def install() -> Path | None:
    """Install Debian's Chromium when we are root on Debian, and return where it is."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return None
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-q", "update"], ["apt-get", "-q", "install", "-y", "chromium"]):
        if subprocess.run(command, env=environ, check=False).returncode:
            break
    return find()
