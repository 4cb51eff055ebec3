"""The evaluation: `python3 -m training.evaluate` asks a running server every held-out case over HTTP.

Starts the server of this repository on a free port unless `--url` names one. Standard library only.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .report import Completer, Request, measure, measure_prose, show

ROOT = Path(__file__).resolve().parents[1]
HEADERS = {"content-type": "application/json", "x-api-key": "any", "anthropic-version": "2023-06-01"}


def complete(url: str, model: str, request: Request) -> str:
    body = {"model": model, "prompt": request.prompt, "max_tokens_to_sample": request.max_tokens, "temperature": request.temperature}
    return post(url, "/v1/complete", body)["completion"]


def post(url: str, path: str, body: dict[str, object]) -> dict[str, Any]:
    """One call of the server, which is asked again if it is busy."""
    call = urllib.request.Request(url + path, json.dumps(body).encode(), HEADERS)
    for attempt in range(6):
        try:
            with urllib.request.urlopen(call, timeout=300) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 529) or attempt == 5:
                raise RuntimeError(f"{error.code}: {error.read().decode()}") from error
            time.sleep(2**attempt / 4)
    raise AssertionError("unreachable")


def over_http(url: str, model: str, at_once: int) -> Completer:
    """A completer that keeps so many requests going at once."""

    def completer(requests: list[Request]) -> list[str]:
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda request: complete(url, model, request), requests))

    return completer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def own_server() -> Iterator[str]:
    """The server of this repository, for as long as it is needed; with a seed, so that the figures come out the same."""
    port = free_port()
    process = subprocess.Popen(
        ["npm", "start", "--silent", "--", "--port", str(port), "--seed", "1", "--state", "none", "--log-level", "error"], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(port: int, process: subprocess.Popen, seconds: float = 120) -> None:
    """Until the port answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("the server did not come up")


def run(url: str, args: argparse.Namespace) -> None:
    completer = over_http(url, args.model, args.at_once)
    rows = measure(completer, args.cases)
    one_by_one = over_http(url, args.model, 1)  # what is sampled at a temperature depends on what else runs
    show(rows, *measure_prose(one_by_one), args.wrong)


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the model's skills through a Continuo server.")
    options.add_argument("--url", help="a server that is already running, such as http://127.0.0.1:8080")
    options.add_argument("--model", default="claude-2.1", help="the model name in the requests")
    options.add_argument("--cases", type=int, default=200, help="cases of each skill")
    options.add_argument("--at-once", type=int, default=6, help="requests going at once")
    options.add_argument("--wrong", type=int, default=0, help="wrong answers shown of each skill")
    args = options.parse_args()
    if args.url:
        run(args.url.rstrip("/"), args)
    else:
        with own_server() as url:
            run(url, args)


if __name__ == "__main__":
    main()
