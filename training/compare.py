"""Whether the server writes what PyTorch writes: `python -m training.compare` asks both the held-out cases at temperature 0.

PyTorch computes in 32 bits with the weights that the file holds, so what differs comes from llama.cpp's own rounding
(it quantises activations too), and only where two tokens are almost equally likely.
"""

import argparse
from pathlib import Path

from .evaluate import ROOT, over_http, own_server
from .heldout import held_cases
from .offline import load, with_torch
from .report import Request
from .skills import MEASURED


def main() -> None:
    options = argparse.ArgumentParser(description="Compare the answers of PyTorch and of the server.")
    options.add_argument("--file", type=Path, default=ROOT / "models" / "continuo-demo.gguf", help="the model that the server runs")
    options.add_argument("--url", help="a server that is already running")
    options.add_argument("--cases", type=int, default=40, help="cases of each skill")
    args = options.parse_args()
    requests = [Request(case.prompt()) for skill in MEASURED for case in held_cases(skill, args.cases)]
    ours = with_torch(*load(args.file), exact=True)(requests)
    if args.url:
        theirs = over_http(args.url, "claude-2.1", 2)(requests)
    else:
        with own_server() as url:
            theirs = over_http(url, "claude-2.1", 2)(requests)
    differing = [(request.prompt, a, b) for request, a, b in zip(requests, ours, theirs, strict=True) if a != b]
    for prompt, a, b in differing:
        print(f"{prompt!r}\n  PyTorch {a!r}\n  server  {b!r}")
    print(f"{len(requests) - len(differing)} of {len(requests)} answers are the same to the letter")


if __name__ == "__main__":
    main()
