"""Our image beside the tutorial's, in one run: `python bench.py` (needs an engine, and `wrk` for the load).

Prints one line a measure, then the same as JSON; ends with status 1 when a goal is missed. Each pair is measured in
turns, so that whatever else the machine does falls on both; the middle of the turns counts. The base is
WHARF_TEST_BASE_IMAGE, or what the tests of the image take. Names of measures as arguments choose among them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / "image"), str(REPOSITORY / "api-image")]

import httpx  # noqa: E402
from tests.scripted import OLLAMA_END, Exchange, ndjson, ollama_piece, scripted  # noqa: E402

from context import build_context, machine_settings  # noqa: E402
from engine import Container, Engine  # noqa: E402
from ollama_server import MODEL, real_ollama  # noqa: E402

TURNS = 5
WRK_SECONDS = 4
WRK_CONNECTIONS = 32
# One core serves and another asks; on a machine with one they share it.
SERVER_CORE = "0"
CLIENT_CORE = str(min(1, (os.cpu_count() or 1) - 1))
STREAMED_TOKENS = 400
# 200 tokens a second: what a model that fits a good GPU gives.
TOKEN_S = 0.005
REAL_TURNS = 9
REAL_TOKENS = 64
MIB = 1024 * 1024


@dataclass(frozen=True)
class Measure:
    """One row: both values, and whether the goal for ours is met."""

    name: str
    ours: float
    tutorial: float
    unit: str
    goal: str
    met: bool

    def line(self) -> str:
        mark = "ok " if self.met else "NOT"
        return f"{mark} {self.name:<38} {self.ours:>10.2f} {self.tutorial:>10.2f} {self.unit:<10} {self.goal}"

    def figure(self) -> dict[str, object]:
        """The shape that scripts/lib/benchReport.mjs gives every benchmark's figures."""
        ours, other = (
            dict.fromkeys(("minimum", "median", "p95", "maximum"), round(value, 3)) | {"count": 1}
            for value in (self.ours, self.tutorial)
        )
        what = "Ollama directly" if "direct" in self.name or "model" in self.name else "the tutorial's image"
        return {
            "name": self.name,
            "unit": self.unit,
            "wharf": ours,
            "reference": {"what": what, **other},
            "ratio": round(self.ours / self.tutorial, 3),
            "goal": self.goal,
            "met": self.met,
        }


def main() -> int:
    engine = Engine()
    with ExitStack() as stack:
        stack.callback(engine.close)
        base = stack.enter_context(bench_base(engine))
        ours = stack.enter_context(built(engine, our_context(), "wharf-bench:ours", base))
        theirs = stack.enter_context(built(engine, tutorial_context(), "wharf-bench:tutorial", base))
        steps: dict[str, Callable[[], list[Measure]]] = {
            "size": lambda: [size(engine, base, ours, theirs)],
            "start": lambda: [start(engine, ours, theirs)],
            "memory": lambda: [memory(engine, ours, theirs)],
            "load": lambda: load(engine, ours, theirs),
            "rebuild": lambda: [rebuild(engine, base)],
            "streaming": lambda: streaming(engine, ours),
            "ollama": lambda: real_streaming(engine, ours),
        }
        measures = [measure for name in sys.argv[1:] or steps for measure in steps[name]()]
    print(f"    {'':<38} {'ours':>10} {'other':>10}")
    for measure in measures:
        print(measure.line())
    if report := os.environ.get("WHARF_BENCH_REPORT"):
        with Path(report).open("a") as file:
            file.writelines(f"{json.dumps(measure.figure())}\n" for measure in measures)
    return 0 if all(measure.met for measure in measures) else 1


@contextmanager
def bench_base(engine: Engine) -> Iterator[str]:
    """The base of both, with this machine's CA and index, which the tutorial's Dockerfile cannot be given otherwise."""
    own = "wharf/python-base:3.11"
    tags = {tag for image in engine.get("/images/json") for tag in image["RepoTags"] or []}
    base = os.environ.get("WHARF_TEST_BASE_IMAGE") or (own if own in tags else "python:3.11-slim")
    settings = {path.rpartition("/")[2]: content for path, content in machine_settings().items()}
    lines = [f"FROM {base}"]
    for name, variable in (("ca.pem", "PIP_CERT"), ("pip.conf", "PIP_CONFIG_FILE")):
        if name in settings:
            lines += [f"COPY {name} /bench/{name}", f"ENV {variable}=/bench/{name}"]
    tag = "wharf-bench:base"
    engine.build({"Dockerfile": "\n".join(lines).encode(), **settings}, tag, {})
    yield tag
    engine.remove_image(tag)


@contextmanager
def built(engine: Engine, context: dict[str, bytes], tag: str, base: str) -> Iterator[str]:
    engine.build(context, tag, {"BASE_IMAGE": base})
    yield tag
    engine.remove_image(tag)


def our_context() -> dict[str, bytes]:
    return {**build_context(), **machine_settings()}


def tutorial_context() -> dict[str, bytes]:
    return {name: (HERE / name).read_bytes() for name in ("Dockerfile", "main.py", "requirements.txt")}


def size(engine: Engine, base: str, ours: str, theirs: str) -> Measure:
    """What each adds to the base."""
    bytes_of = {tag: engine.get(f"/images/{tag}/json")["Size"] for tag in (base, ours, theirs)}
    added = [(bytes_of[tag] - bytes_of[base]) / 1e6 for tag in (ours, theirs)]
    return Measure("added over the base", *added, "MB", "<= 25 %", added[0] <= 0.25 * added[1])


def start(engine: Engine, ours: str, theirs: str) -> Measure:
    """From asking the engine for a container to its first healthy answer."""

    def once(image: str) -> float:
        began_s = time.perf_counter()
        with engine.container(image, Memory=0) as container:
            container.wait_answering()
            return time.perf_counter() - began_s

    both = in_turns(lambda: once(ours), lambda: once(theirs), turns=15)
    return Measure("docker run to healthy", *both, "s", "no slower", both[0] <= both[1])


def memory(engine: Engine, ours: str, theirs: str) -> Measure:
    """Resident memory of the process after one answer."""

    def once(image: str) -> float:
        with engine.container(image, Memory=0) as container:
            ask(container.wait_answering())
            _, text = container.execute("cat", "/proc/1/status")
            line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
            return int(line.split()[1]) / 1024

    both = in_turns(lambda: once(ours), lambda: once(theirs))
    return Measure("idle memory", *both, "MiB", "<= 1.3x", both[0] <= 1.3 * both[1])


def load(engine: Engine, ours: str, theirs: str) -> list[Measure]:
    """POST /chat on one core."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with ExitStack() as stack:
        urls = []
        for image in (ours, theirs):
            container: Container = stack.enter_context(engine.container(image, CpusetCpus=SERVER_CORE, Memory=0))
            container.wait_answering()
            # Not by the published port: its proxy would take more of the other core than wrk has to spare.
            networks = container.inspect()["NetworkSettings"]["Networks"]
            urls.append(f"http://{networks['bridge']['IPAddress']}:8000")
        turns = [tuple(wrk(url) for url in urls) for _ in range(TURNS)]
    rates = [statistics.median(turn[side][0] for turn in turns) for side in (0, 1)]
    tails = [statistics.median(turn[side][1] for turn in turns) for side in (0, 1)]
    return [
        Measure("echo", *rates, "requests/s", ">= 3x", rates[0] >= 3 * rates[1]),
        Measure("echo, 99th percentile", *tails, "ms", "lower", tails[0] < tails[1]),
    ]


def wrk(url: str) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{WRK_SECONDS}s", "--latency", "-s", str(HERE / "chat.lua")]
    pinned = ["taskset", "-c", CLIENT_CORE] if shutil.which("taskset") else []
    ran = subprocess.run([*pinned, *command, f"{url}/chat"], capture_output=True, text=True, check=True, timeout=60)
    assert "Non-2xx" not in ran.stdout, ran.stdout
    words = ran.stdout.split()
    tail = words[words.index("99%") + 1]
    factor = {"us": 0.001, "ms": 1.0}.get(tail[-2:], 1000.0)
    return float(words[words.index("Requests/sec:") + 1]), float(tail.rstrip("mus")) * factor


def rebuild(engine: Engine, base: str) -> Measure:
    """A build after a change of main.py alone."""

    def once(context: dict[str, bytes], tag: str) -> float:
        changed = {**context, "main.py": context["main.py"] + f"\n# {time.time_ns()}\n".encode()}
        began_s = time.perf_counter()
        engine.build(changed, tag, {"BASE_IMAGE": base})
        seconds = time.perf_counter() - began_s
        engine.remove_image(tag)
        return seconds

    both = in_turns(
        lambda: once(our_context(), "wharf-bench:changed"), lambda: once(tutorial_context(), "wharf-bench:changed")
    )
    return Measure("rebuild after a change of the code", *both, "s", "< 2 s", both[0] < 2)


def streaming(engine: Engine, ours: str) -> list[Measure]:
    """An Ollama that answers at once, asked directly and through the image."""
    pieces = [ndjson(ollama_piece("token ")) for _ in range(STREAMED_TOKENS)]

    async def script(exchange: Exchange) -> None:
        await exchange.head()
        first = exchange.asked.json()["messages"] == [{"role": "user", "content": "first"}]
        began_s = time.monotonic()
        for number, piece in enumerate(pieces[: 1 if first else STREAMED_TOKENS], start=1):
            await exchange.chunk(piece)
            # A model's pace is its own: what is late here does not make the next token later.
            await asyncio.sleep(max(0.0, began_s + number * TOKEN_S - time.monotonic()))
        await exchange.chunk(ndjson(OLLAMA_END))
        await exchange.end()

    with scripted(script, host="0.0.0.0") as upstream:
        environment = {"OLLAMA_HOST": f"http://host.docker.internal:{upstream.port}"}
        host = {"ExtraHosts": ["host.docker.internal:host-gateway"]}
        with (
            engine.container(ours, environment=environment, Memory=0, **host) as container,
            httpx.Client(trust_env=False, timeout=60) as client,
        ):
            through = f"{container.wait_answering()}/api/chat"
            direct = f"{upstream.url}/api/chat"
            first = in_turns(lambda: until_first(client, through), lambda: until_first(client, direct), turns=60)
            rates = in_turns(lambda: tokens_per_second(client, through), lambda: tokens_per_second(client, direct))
    added = (first[0] - first[1]) * 1000
    return [
        Measure("first token, through and direct", first[0] * 1000, first[1] * 1000, "ms", "<= 5 ms more", added <= 5),
        Measure("tokens, through and direct", *rates, "tokens/s", ">= 99 %", rates[0] >= 0.99 * rates[1]),
    ]


def real_streaming(engine: Engine, ours: str) -> list[Measure]:
    """A real Ollama with a small real model, asked directly and through the image."""
    cores = os.cpu_count() or 1
    gateway = engine.get("/networks/bridge")["IPAM"]["Config"][0]["Gateway"]
    with TemporaryDirectory() as folder, real_ollama(Path(folder), gateway) as direct:
        environment = {"OLLAMA_HOST": f"http://host.docker.internal:{urlsplit(direct).port}"}
        host = {"ExtraHosts": ["host.docker.internal:host-gateway"]}
        with (
            engine.container(ours, environment=environment, Memory=0, **host) as container,
            httpx.Client(trust_env=False, timeout=120) as client,
        ):
            urls = [f"{address}/api/chat" for address in (container.wait_answering(), direct)]
            shared, all_cores = [
                [tuple(real_answer(client, url, threads) for url in urls) for _ in range(REAL_TURNS)]
                for threads in (max(1, cores - 1), cores)
            ]
    first = [statistics.median(turn[side][0] * 1000 for turn in shared) for side in (0, 1)]
    rates = [statistics.median(turn[side][1] for turn in shared) for side in (0, 1)]
    crowded = [statistics.median(turn[side][1] for turn in all_cores) for side in (0, 1)]
    return [
        Measure("real model: first token", *first, "ms", "<= 5 ms more", first[0] - first[1] <= 5),
        Measure("real model: tokens", *rates, "tokens/s", ">= 99 %", rates[0] >= 0.99 * rates[1]),
        # Whatever runs beside a model that computes on every core takes time from it: the engine's proxy and we do.
        Measure("real model on every core: tokens", *crowded, "tokens/s", "(told)", met=True),
    ]


def real_answer(client: httpx.Client, url: str, threads: int) -> tuple[float, float]:
    """Seconds to the first token, and tokens a second from there to the end."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": "List the names of fifty animals."}],
        "options": {"num_predict": REAL_TOKENS, "num_thread": threads},
    }
    began_s = time.perf_counter()
    with client.stream("POST", url, json=body) as answer:
        lines = answer.iter_lines()
        # A model's first piece may be empty, and says nothing to anybody.
        while not json.loads(next(lines))["message"]["content"]:
            pass
        first_s = time.perf_counter() - began_s
        count = sum(1 for _ in lines)
    return first_s, count / (time.perf_counter() - began_s - first_s)


def until_first(client: httpx.Client, url: str) -> float:
    body = {"model": "llama3", "messages": [{"role": "user", "content": "first"}]}
    began_s = time.perf_counter()
    with client.stream("POST", url, json=body) as answer:
        lines = answer.iter_lines()
        next(lines)
        seconds = time.perf_counter() - began_s
        list(lines)
    return seconds


def tokens_per_second(client: httpx.Client, url: str) -> float:
    body = {"model": "llama3", "messages": [{"role": "user", "content": "all"}]}
    began_s = time.perf_counter()
    with client.stream("POST", url, json=body) as answer:
        count = sum(1 for _ in answer.iter_lines()) - 1
    assert count == STREAMED_TOKENS, count
    return count / (time.perf_counter() - began_s)


def ask(url: str) -> None:
    answer = httpx.post(f"{url}/chat", json={"message": "Hello"}, trust_env=False, timeout=30)
    assert answer.json() == {"response": "Echo: Hello"}, answer.text


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], *, turns: int = TURNS) -> tuple[float, float]:
    """The medians of both, measured one after the other `turns` times."""
    pairs = [(ours(), theirs()) for _ in range(turns)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


if __name__ == "__main__":
    sys.exit(main())
