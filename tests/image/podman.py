"""A Podman of the tests' own: its images and containers lie in one folder, and go with it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

# The hard limits of a container's machine may be lower than Podman's own defaults, and then nothing would start.
CONTAINERS_CONF = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logger = "file"
"""
READY_TIMEOUT_S = 30
# Podman's default network, which outlives its containers.
BRIDGE = Path("/sys/class/net/cni-podman0")


class Podman:
    """The `podman` command on storage in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._program = os.environ["WHARF_TEST_PODMAN"]
        self._places = ["--root", str(folder / "root"), "--runroot", str(folder / "run")]
        configuration = folder / "containers.conf"
        configuration.write_text(CONTAINERS_CONF)
        self._env = {**os.environ, "CONTAINERS_CONF": str(configuration), "TMPDIR": str(folder)}
        self.socket = folder / "podman.sock"

    def run(self, *args: str, timeout_s: float = 120) -> str:
        """What the command writes to stdout."""
        ran = subprocess.run(
            [self._program, *self._places, *args],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )
        assert ran.returncode == 0, f"podman {args[0]}: {ran.stderr}"
        return ran.stdout

    def load(self, docker_host: str | None, image: str) -> None:
        """Take an image over from Docker; its name begins with `localhost/` from now on."""
        env = {**os.environ, **({"DOCKER_HOST": docker_host} if docker_host else {})}
        with subprocess.Popen(["docker", "save", image], env=env, stdout=subprocess.PIPE) as saving:
            subprocess.run(
                [self._program, *self._places, "load", "-q"],
                env=self._env,
                stdin=saving.stdout,
                capture_output=True,
                check=True,
                timeout=120,
            )
        assert saving.returncode == 0

    @contextmanager
    def service(self) -> Iterator[str]:
        """The address of its Docker-compatible API."""
        address = f"unix://{self.socket}"
        command = [self._program, *self._places, "system", "service", "--time=0", address]
        with subprocess.Popen(command, env=self._env, stderr=subprocess.DEVNULL) as serving:
            try:
                end_s = time.monotonic() + READY_TIMEOUT_S
                while not self.socket.exists():
                    assert time.monotonic() < end_s, "podman's service does not come up"
                    time.sleep(0.05)
                yield address
            finally:
                serving.terminate()


@contextmanager
def own_podman() -> Iterator[Podman]:
    """A Podman whose containers, images and mounts are gone afterwards."""
    # Podman takes no longer path than 50 characters for what it keeps while it runs.
    with TemporaryDirectory(prefix="wharf-", dir="/tmp") as folder:
        podman = Podman(Path(folder))
        was_there = BRIDGE.exists()
        try:
            yield podman
        finally:
            podman.run("rm", "--all", "--force", "--time", "0")
            podman.run("rmi", "--all", "--force")
            podman.run("system", "reset", "--force")
            if not was_there and BRIDGE.exists():
                subprocess.run(["ip", "link", "delete", BRIDGE.name], check=True, timeout=30)
