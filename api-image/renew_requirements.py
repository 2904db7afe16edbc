"""Renew the locked requirements: newest versions that the *.in files allow, every file with its hashes.

Run `python renew_requirements.py` (needs the package index). It writes

- requirements.txt           the image, for Linux on amd64 and arm64
- requirements.tutorial.txt  the image on the lesson's own versions
- requirements-dev.txt       the tests, for any system

and then asks pip for every wheel of the image on both architectures, so that a lock that would not install fails here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
UV = "uv==0.13.9"
PYTHON = "3.11"
# glibc names of the two architectures; Debian 12 has glibc 2.36.
PLATFORMS = {
    "amd64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
}


def run(*command: str | Path) -> None:
    """Run one command in this folder; a failing one ends the script with its exit status."""
    finished = subprocess.run([str(part) for part in command], cwd=HERE, check=False)
    if finished.returncode:
        sys.exit(finished.returncode)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        binaries = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        python = binaries / "python"
        run(python, "-m", "pip", "install", "--quiet", UV)
        for name, system in (("requirements", "linux"), ("requirements.tutorial", "linux"), ("requirements-dev", "")):
            run(
                *(binaries / "uv", "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt"),
                *("--python-version", PYTHON, "--generate-hashes", "--upgrade", "--quiet", "--no-header"),
                *("--native-tls", "--no-emit-index-url", "--no-emit-find-links"),
                # The image runs on Linux only; the tests run wherever a contributor is.
                *(("--python-platform", system) if system else ("--universal",)),
            )
        for name in ("requirements.txt", "requirements.tutorial.txt"):
            for architecture, tags in PLATFORMS.items():
                print(f"Checking that every wheel of {name} exists for {architecture}", flush=True)
                run(
                    *(python, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
                    *("--only-binary", ":all:", "--python-version", PYTHON, "--implementation", "cp"),
                    *(part for tag in tags for part in ("--platform", tag)),
                    *("--dest", Path(folder) / architecture, "-r", name),
                )


if __name__ == "__main__":
    main()
