"""A real Ollama with a small real model, reachable from containers of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

# The lesson's model name, so that its own lines find it.
MODEL = "llama3"
# What SmolLM2-Instruct was trained on (ChatML).
TURNS = "{{ range .Messages }}<|im_start|>{{ .Role }} {{ .Content }}<|im_end|> {{ end }}<|im_start|>assistant "
PARAMETERS = ("stop <|im_end|>", "temperature 0", "seed 1", "num_predict 24")
READY_TIMEOUT_S = 60


@contextmanager
def real_ollama(folder: Path, address: str) -> Iterator[str]:
    """Ollama on a free port of `address` with the model in it; its URL."""
    with socket.socket() as free:
        free.bind((address, 0))
        port = free.getsockname()[1]
    # Both are set by `npm test` where this machine can have them.
    program = os.environ["WHARF_TEST_OLLAMA"]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "OLLAMA_HOST": f"{address}:{port}",
        "OLLAMA_MODELS": str(folder / "models"),
    }
    modelfile = folder / "Modelfile"
    lines = [f"FROM {os.environ['WHARF_TEST_MODEL']}", f'TEMPLATE "{TURNS}"', *(f"PARAMETER {p}" for p in PARAMETERS)]
    modelfile.write_text("\n".join(lines))
    with subprocess.Popen([program, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as serving:
        try:
            url = f"http://{address}:{port}"
            _wait_up(url)
            subprocess.run(
                [program, "create", MODEL, "-f", str(modelfile)], env=env, check=True, capture_output=True, timeout=120
            )
            yield url
        finally:
            serving.terminate()


def _wait_up(url: str) -> None:
    end_s = time.monotonic() + READY_TIMEOUT_S
    while True:
        try:
            httpx.get(f"{url}/api/version", trust_env=False, timeout=5)
            return
        except httpx.HTTPError:
            assert time.monotonic() < end_s, "Ollama does not come up"
            time.sleep(0.05)
