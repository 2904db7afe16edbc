"""The build context of api-image, as .dockerignore leaves it, and this machine's build settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

API_IMAGE = Path(__file__).resolve().parents[2] / "api-image"
# Options of pip that mean the same in a build; paths of this machine do not.
PIP_OPTIONS = ("index-url", "extra-index-url", "proxy", "trusted-host", "timeout")


def build_context() -> dict[str, bytes]:
    """What .dockerignore names with `!`, and the Dockerfile. Settings of a build are added by the caller."""
    kept = [line[1:].rstrip("/") for line in (API_IMAGE / ".dockerignore").read_text().splitlines() if line[:1] == "!"]
    context = {"Dockerfile": (API_IMAGE / "Dockerfile").read_bytes()}
    for name in kept:
        root = API_IMAGE / name
        for path in [root] if root.is_file() else root.rglob("*"):
            relative = path.relative_to(API_IMAGE).as_posix()
            private = relative in {"build-settings/ca.pem", "build-settings/pip.conf"}
            if path.is_file() and path.suffix != ".pyc" and not private:
                context[relative] = path.read_bytes()
    return context


def machine_settings() -> dict[str, bytes]:
    """`build-settings/` for a build on this machine: its CA bundle and its index, where it has some of its own."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True, timeout=60
    )
    options: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        options[name.rpartition(".")[2]] = value.strip("'\"")
    settings: dict[str, bytes] = {}
    bundle = os.environ.get("PIP_CERT") or options.get("cert") or os.environ.get("SSL_CERT_FILE")
    if bundle and Path(bundle).is_file():
        settings["build-settings/ca.pem"] = Path(bundle).read_bytes()
    lines = [f"{name} = {options[name]}" for name in PIP_OPTIONS if name in options]
    if lines:
        settings["build-settings/pip.conf"] = "\n".join(["[global]", *lines, ""]).encode()
    return settings
