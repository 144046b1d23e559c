"""Requests per second and latency over gunicorn, beside a bare Flask route that returns the same bytes.

    python -m benchmarks.serving [--workers 1] [--threads 4] [--connections 8] [--seconds 4]

Both servers have the same worker settings and get the same requests, one after the other, in three rounds; the median
round counts. Three loads: the bare route, repeated descriptions (one body again and again), and distinct descriptions
(no body twice). Then the latency of the four-field request on one connection, each time with a body not seen before.

The load comes from separate processes with keep-alive connections on plain sockets, so that it costs little beside the
servers; it still shares the machine with them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask import Flask, Response

ROOT = Path(__file__).resolve().parent.parent
FOUR_FIELDS = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}
PATH = "/v1/recommendations"
_BYTES = "ACTWISE_BENCHMARK_BYTES"


def application() -> Flask:
    """The real application with the real advisor; answers are kept in memory, so no disk is measured."""
    from rules import RuleSet
    from service.advice.advisor import Advisor, recommendation_json
    from service.http import Services, create_app
    from service.http.loading import load_reference
    from service.http.memory import MemoryRecommendations
    from service.processes.application import settle_memory

    rules = RuleSet.load()
    store = MemoryRecommendations(Advisor(rules), recommendation_json, capacity=2_000)
    app = create_app(Services(store, load_reference(rules)))
    settle_memory()
    return app


def bare() -> Flask:
    """One Flask route that returns bytes and nothing else."""
    app = Flask(__name__)
    body = Path(os.environ[_BYTES]).read_bytes()

    @app.post(PATH)
    def answer() -> Response:
        return Response(body, content_type="application/json")

    return app


def main() -> None:
    """Measure, and print one table."""
    options = _options()
    with _server("application", options, {}) as port:
        answer = _ask(port, FOUR_FIELDS)
        print(f"the four-field answer has {len(answer):,} bytes")
        repeated = _rate(port, options, _repeated)
        distinct = _rate(port, options, _distinct)
        latency = _latencies(port)
    kept = Path(os.environ.get("TMPDIR", "/tmp")) / f"actwise-answer-{os.getpid()}.json"
    kept.write_bytes(answer)
    try:
        with _server("bare", options, {_BYTES: str(kept)}) as port:
            plain = _rate(port, options, _repeated)
    finally:
        kept.unlink()
    _report(options, plain, repeated, distinct, latency)


def _report(options: Any, plain: float, repeated: float, distinct: float, latency: list[float]) -> None:
    print(f"\n{options.workers} worker(s) x {options.threads} threads, {options.connections} connections")
    print(f"{'bare Flask route':<28}{plain:>10,.0f} requests/s")
    print(f"{'repeated descriptions':<28}{repeated:>10,.0f} requests/s   {repeated / plain:.0%} of the bare route")
    print(f"{'distinct descriptions':<28}{distinct:>10,.0f} requests/s   {distinct / options.workers:,.0f} per worker")
    middle, high = statistics.median(latency), statistics.quantiles(latency, n=20)[-1]
    print(f"{'four fields, not seen before':<28}{1e3 * middle:>10.1f} ms median, {1e3 * high:.1f} ms 95th percentile")


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=1, help="gunicorn workers (default 1)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each worker (default 4)")
    parser.add_argument("--connections", type=int, default=8, help="keep-alive connections (default 8)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds per round (default 4)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds per load; the median counts (default 3)")
    return parser.parse_args()


@contextmanager
def _server(factory: str, options: Any, extra: dict[str, str]) -> Iterator[int]:
    port = _free_port()
    environment = {**os.environ, **extra, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}"}
    command = [sys.executable, "-m", "gunicorn", f"benchmarks.serving:{factory}()", "--worker-class", "gthread"]
    command += ["--workers", str(options.workers), "--threads", str(options.threads), "--keep-alive", "60"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _ask(port, FOUR_FIELDS)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _ask(port: int, body: dict[str, Any]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", PATH, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"status {answer.status}: {answer.read()[:500]!r}")
    data = answer.read()
    connection.close()
    return data


def _repeated(_: int) -> Iterator[bytes]:
    return itertools.repeat(_message(FOUR_FIELDS))


def _distinct(seed: int) -> Iterator[bytes]:
    """Descriptions that differ in depth and in the number of rows, so that none comes twice."""
    tasks = itertools.cycle(["classification", "regression", "binary_classification", "multilabel_classification"])
    kinds = itertools.cycle(["dense", "conv", "attention", "recurrent", "graph"])
    for number in itertools.count():
        described = {"task": next(tasks), "layer_type": next(kinds), "depth": 1 + number % 40, "compute_budget": "low"}
        yield _message({**described, "rows": 1_000_000 * (seed + 1) + number})


def _message(body: dict[str, Any]) -> bytes:
    raw = json.dumps(body).encode()
    lines = (
        f"POST {PATH} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(raw)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + raw


def _rate(port: int, options: Any, messages: Callable[[int], Iterator[bytes]]) -> float:
    """Requests per second over all connections; the median of the rounds."""
    rounds = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.connections, mp_context=context) as pool:
        for turn in range(options.rounds + 1):
            seconds = options.seconds if turn else 0.5  # the first, short one warms up
            seeds = range(turn * options.connections, (turn + 1) * options.connections)
            counts = [pool.submit(_load, port, messages.__name__, seed, seconds) for seed in seeds]
            rounds.append(sum(count.result() for count in counts))
    return statistics.median(rounds[1:])


def _load(port: int, messages: str, seed: int, seconds: float) -> float:
    """Requests per second on one connection."""
    stream = globals()[messages](seed)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            connection.sendall(next(stream))
            _receive(connection)
            done += 1
        return done / (time.perf_counter() - start)


def _receive(connection: socket.socket) -> None:
    """Read one whole answer of known length; anything but 200 ends the benchmark."""
    head, _, body = _until_blank_line(connection)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 1 << 18)))


def _until_blank_line(connection: socket.socket) -> tuple[bytes, bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1 << 18)
        if not part:
            raise RuntimeError("the server closed the connection")
        data += part
    return data.partition(b"\r\n\r\n")


def _latencies(port: int, count: int = 200) -> list[float]:
    """Seconds per request on one connection, for bodies that differ in white space: equal requests, new bytes."""
    found = []
    raw = json.dumps(FOUR_FIELDS)
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(count):
        start = time.perf_counter()
        connection.request("POST", PATH, raw + " " * number, {"Content-Type": "application/json"})
        connection.getresponse().read()
        found.append(time.perf_counter() - start)
    return found


if __name__ == "__main__":
    main()
