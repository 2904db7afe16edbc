"""A container engine over its HTTP API (docs.docker.com/reference/api/engine, 1.41): what these tests need of it."""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

DEFAULT_SOCKET = "unix:///var/run/docker.sock"
# Every build downloads; every start is quick.
BUILD_TIMEOUT_S = 600
STATE_TIMEOUT_S = 60
POLL_S = 0.05
# What Wharf gives every container that it makes.
HARDENED: dict[str, object] = {
    "ReadonlyRootfs": True,
    "Tmpfs": {"/tmp": "rw,noexec,nosuid,size=16m"},
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges"],
    "Memory": 256 * 1024 * 1024,
    "PidsLimit": 64,
}


class EngineError(Exception):
    """The engine refused or failed; the text is its own."""


@dataclass(frozen=True)
class Built:
    """A finished build: the image's id, and all that the engine said."""

    image: str
    output: str


class Container:
    """A container that is removed where its block is left."""

    def __init__(self, engine: Engine, identifier: str) -> None:
        self._engine = engine
        self.id = identifier

    def inspect(self) -> dict[str, Any]:
        return self._engine.get(f"/containers/{self.id}/json")

    @property
    def url(self) -> str:
        """Where port 8000 is published on this machine."""
        (binding, *_) = self.inspect()["NetworkSettings"]["Ports"]["8000/tcp"]
        return f"http://127.0.0.1:{binding['HostPort']}"

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def wait_answering(self, url: str | None = None) -> str:
        """Wait until GET /health answers; returns the address."""
        address = url or self.url
        end_s = time.monotonic() + STATE_TIMEOUT_S
        while time.monotonic() < end_s:
            try:
                if httpx.get(f"{address}/health", trust_env=False, timeout=5).status_code == 200:
                    return address
            except httpx.HTTPError:
                pass
            if not self.inspect()["State"]["Running"]:
                break
            time.sleep(POLL_S)
        raise AssertionError(f"the container does not answer; its log: {self.logs()}")

    def wait_health(self, status: str) -> None:
        """Wait for the state of the image's own HEALTHCHECK."""
        end_s = time.monotonic() + STATE_TIMEOUT_S
        while (health := self.inspect()["State"]["Health"]["Status"]) != status:
            assert time.monotonic() < end_s, f"health stays {health}"
            time.sleep(POLL_S)

    def wait_exit(self) -> int:
        """The exit status."""
        code = self._engine.post(f"/containers/{self.id}/wait")["StatusCode"]
        assert isinstance(code, int)
        return code

    def stop(self) -> None:
        """SIGTERM, and SIGKILL after the engine's own ten seconds."""
        self._engine.post(f"/containers/{self.id}/stop")

    def logs(self) -> str:
        """Both streams, without the frames' heads (8 bytes: stream, three zeros, length)."""
        framed = self._engine.raw("GET", f"/containers/{self.id}/logs?stdout=1&stderr=1")
        return unframed(framed)

    def execute(self, *command: str, user: str = "") -> tuple[int, str]:
        """Run a command in it: exit status and output."""
        body = {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True, "User": user}
        identifier = self._engine.post(f"/containers/{self.id}/exec", body)["Id"]
        output = unframed(self._engine.raw("POST", f"/exec/{identifier}/start", {"Detach": False}))
        return self._engine.get(f"/exec/{identifier}/json")["ExitCode"], output


class Engine:
    """One engine, at DOCKER_HOST or the usual socket unless one is named. What it makes is labelled and removed."""

    def __init__(self, host: str | None = None) -> None:
        address = urlsplit(host or os.environ.get("DOCKER_HOST") or DEFAULT_SOCKET)
        if address.scheme == "unix":
            transport = httpx.HTTPTransport(uds=address.path)
            base_url = "http://engine"
        else:
            transport = httpx.HTTPTransport()
            base_url = f"http://{address.netloc}"
        self._client = httpx.Client(transport=transport, base_url=base_url, timeout=BUILD_TIMEOUT_S, trust_env=False)
        self._stages: set[str] = set()
        self._labels = {"app.wharf.test": os.environ.get("WHARF_TEST_RUN", "image")}

    def close(self) -> None:
        """Remove what builds left besides their images, and disconnect."""
        for stage in self._stages:
            with suppress(EngineError):
                self.remove_image(stage)
        self._client.close()

    def raw(self, method: str, path: str, body: object = None) -> bytes:
        """The body of an answer; raises `EngineError`."""
        answer = self._client.request(method, path, json=body)
        if answer.is_error:
            raise EngineError(f"{answer.status_code} {answer.text.strip()}")
        return answer.content

    def get(self, path: str) -> Any:
        return json.loads(self.raw("GET", path))

    def post(self, path: str, body: object = None) -> Any:
        return json.loads(self.raw("POST", path, body) or b"null")

    def build(
        self, context: Mapping[str, bytes], tag: str, arguments: Mapping[str, str], *, buildkit: bool = False
    ) -> Built:
        """Build a context of paths and contents. BuildKit is the builder's version 2; it wants no session for this."""
        query = {
            "t": tag,
            "version": "2" if buildkit else "1",
            "buildargs": json.dumps(arguments),
            "labels": json.dumps(self._labels),
            "rm": "1",
            "forcerm": "1",
        }
        answer = self._client.post(
            "/build", params=query, content=tar_of(context), headers={"content-type": "application/x-tar"}
        )
        output = ""
        for line in answer.text.splitlines():
            event = json.loads(line)
            output += event.get("stream", "")
            if "error" in event:
                raise EngineError(f"{event['error']}\n{output[-4000:]}")
        # The classic builder keeps every stage as an image without a name.
        self._stages.update(re.findall(r"---> ([0-9a-f]{12})\nStep \d+/\d+ : FROM", output))
        return Built(self.get(f"/images/{tag}/json")["Id"], output)

    @contextmanager
    def container(
        self,
        image: str,
        *,
        environment: Mapping[str, str] | None = None,
        command: list[str] | None = None,
        user: str = "",
        **host: object,
    ) -> Iterator[Container]:
        """A started container, hardened as Wharf's are, published on a free loopback port."""
        body: dict[str, object] = {
            "Image": image,
            "Env": [f"{name}={value}" for name, value in (environment or {}).items()],
            "User": user,
            "Labels": self._labels,
            "HostConfig": {
                **HARDENED,
                "PortBindings": {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]},
                **host,
            },
        }
        if command is not None:
            body["Cmd"] = command
        made = Container(self, self.post("/containers/create", body)["Id"])
        try:
            self.post(f"/containers/{made.id}/start")
            yield made
        finally:
            self.raw("DELETE", f"/containers/{made.id}?force=1&v=1")

    def remove_image(self, tag: str) -> None:
        self.raw("DELETE", f"/images/{tag}?force=1")


def unframed(framed: bytes) -> str:
    text = b""
    while len(framed) >= 8:
        length = int.from_bytes(framed[4:8], "big")
        text += framed[8 : 8 + length]
        framed = framed[8 + length :]
    return text.decode()


def tar_of(context: Mapping[str, bytes]) -> bytes:
    """A build context, the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(context):
            member = tarfile.TarInfo(path)
            member.size = len(context[path])
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(context[path]))
    return packed.getvalue()
