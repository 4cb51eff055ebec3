"""The trainer: `python -m training.train --corpus FOLDER --out FOLDER [--steps N]`.

Writes `tokenizer.json` and, every few minutes and at the end, `checkpoint.pt` into the folder.
"""

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from threading import Thread

import torch

from .batches import Block, batches
from .model import Llama, Shape
from .muon import Muon
from .prose import Prose
from .restore import grown, restore
from .stream import samples
from .tokenizer import PAD, Tokenizer
from .vocabulary import make_tokenizer

MATRIX_RATE, VECTOR_RATE = 0.005, 0.0015


def rate_share(step: int, progress: float, warmup: int = 50, decay: float = 0.8) -> float:
    """Warm up, hold, and fall in a straight line to almost nothing over the last part."""
    return min(1.0, (step + 1) / warmup, max((1 - progress) / decay, 0.005))


class Trainer:
    """A network with its two optimisers: Muon for the matrices of the blocks, AdamW for the embedding and the norms.

    The weights proper are in 32 bits; each worker thread computes with a copy of them in bf16 that all share. It has
    gradients of its own and takes the next block when it has done one, so that a core that other programs are using
    slows down nobody but itself.
    """

    def __init__(self, shape: Shape, threads: int, compiled: bool = False) -> None:
        self.model = Llama(shape)
        self.replicas = [Llama(shape).bfloat16() for _ in range(threads)]
        for replica in self.replicas[1:]:
            for own, shared in zip(replica.parameters(), self.replicas[0].parameters(), strict=True):
                own.data = shared.data
        if compiled:
            for replica in self.replicas:
                replica.hidden = torch.compile(replica.hidden, dynamic=True)
        named = list(self.model.named_parameters())
        matrices = [weight for name, weight in named if weight.dim() == 2 and name.startswith("blk")]
        others = [weight for name, weight in named if weight.dim() != 2 or not name.startswith("blk")]
        self.muon = Muon(matrices, MATRIX_RATE)
        self.adam = torch.optim.AdamW(others, lr=VECTOR_RATE, betas=(0.9, 0.98), weight_decay=0.0)
        self.pool = ThreadPoolExecutor(threads)
        self.share_weights()

    def share_weights(self) -> None:
        """Bring the workers' copy up to date."""
        with torch.no_grad():
            for own, weight in zip(self.replicas[0].parameters(), self.model.parameters(), strict=True):
                own.copy_(weight)

    def work(self, replica: Llama, waiting: SimpleQueue, scale: float) -> float:
        """Handle blocks until none is left; gradients pile up in the replica."""
        replica.zero_grad(set_to_none=True)
        total = 0.0
        with suppress(Empty):
            while True:
                loss = replica.loss(*waiting.get_nowait()) / scale
                loss.backward()
                total += loss.item()
        return total

    def step(self, blocks: list[Block], share: float) -> float:
        """One step on a batch; the loss is the weighted mean over the batch."""
        scale = sum(float(weights.sum()) for _, _, weights in blocks)
        waiting: SimpleQueue = SimpleQueue()
        for block in sorted(blocks, key=lambda b: -b[0].shape[1]):
            waiting.put(block)
        total = sum(self.pool.map(lambda replica: self.work(replica, waiting, scale), self.replicas))
        for weight, *copies in zip(self.model.parameters(), *(replica.parameters() for replica in self.replicas), strict=True):
            weight.grad = sum(copy.grad.float() for copy in copies if copy.grad is not None)
        self.muon.step(share, self.pool)
        self.adam.param_groups[0]["lr"] = VECTOR_RATE * share
        self.adam.step()
        self.share_weights()
        return total

    def save(self, file: Path, step: int) -> None:
        part = file.with_suffix(".part")
        torch.save({"shape": asdict(self.model.shape), "weights": self.model.state_dict(), "step": step}, part)
        part.rename(file)


def run(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # a worker has one; the workers are the threads
    args.out.mkdir(parents=True, exist_ok=True)
    prose = Prose(args.corpus)
    weights, tokenizer = begun(args.start) if args.start else ({}, make_tokenizer(prose, args.vocabulary))
    prose.keep(tokenizer.knows)
    tokenizer.save(args.out / "tokenizer.json")
    shape = Shape(vocabulary=args.vocabulary, width=args.width, layers=args.layers, hidden=args.hidden)
    trainer = Trainer(shape, args.threads, args.compile)
    if weights:
        trainer.model.load_state_dict({name: torch.as_tensor(weight) for name, weight in grown(weights, args.layers).items()})
        trainer.share_weights()
    stream = ahead(batches(samples(args.seed, prose, fading=args.fading), tokenizer, args.batch, args.block, args.longest))
    loop(trainer, stream, args)


def begun(start: Path) -> tuple[dict[str, object], Tokenizer]:
    """Weights and tokenizer of a GGUF, or of the folder of an earlier run."""
    if start.is_file():
        _, weights, tokenizer = restore(start)
        return weights, tokenizer
    checkpoint = torch.load(start / "checkpoint.pt", weights_only=True)
    return checkpoint["weights"], Tokenizer.load(start / "tokenizer.json")


def ahead(stream: Iterator[list[Block]], count: int = 4) -> Iterator[list[Block]]:
    """The same batches, prepared beside the training."""
    ready: Queue = Queue(count)

    def prepare() -> None:
        for batch in stream:
            ready.put(batch)

    Thread(target=prepare, daemon=True).start()
    return iter(ready.get, None)


def loop(trainer: Trainer, stream: Iterator[list[Block]], args: argparse.Namespace) -> None:
    started = saved = time.time()
    tokens, mean = 0, None
    for step, blocks in enumerate(islice(stream, args.steps)):
        progress = max(step / args.steps, (time.time() - started) / (60 * args.minutes))
        if progress >= 1:
            break
        loss = trainer.step(blocks, args.rate * rate_share(step, progress))
        tokens += sum(int((inputs != PAD).sum()) for inputs, _, _ in blocks)
        mean = loss if mean is None else 0.95 * mean + 0.05 * loss
        if (step + 1) % args.every == 0:
            seconds = time.time() - started
            print(json.dumps({"step": step + 1, "loss": round(mean, 4), "tokens": tokens, "seconds": round(seconds), "tokens_per_second": round(tokens / seconds)}), flush=True)
        if time.time() - saved > 60:
            trainer.save(args.out / "checkpoint.pt", step + 1)
            saved = time.time()
    trainer.save(args.out / "checkpoint.pt", step + 1)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="Train the demonstration model.")
    options.add_argument("--corpus", type=Path, help="folder of plain-text novels; without it a single paragraph stands in")
    options.add_argument("--out", type=Path, required=True, help="folder for the tokenizer and the checkpoint")
    options.add_argument("--start", type=Path, help="folder of an earlier run, or a GGUF, to start from; may have fewer layers")
    options.add_argument("--fading", type=int, default=40_000, help="samples over which the easy beginning fades out")
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--rate", type=float, default=1.0, help="share of the full learning rates")
    options.add_argument("--minutes", type=float, default=float("inf"), help="end earlier, after so many minutes")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--compile", action="store_true", help="fuse the network's small operations; needs a C++ compiler and a minute, and is twice as fast")
    options.add_argument("--batch", type=int, default=4, help="blocks a step")
    options.add_argument("--block", type=int, default=1536, help="tokens a block, padding included")
    options.add_argument("--longest", type=int, default=2048, help="tokens a sample at most")
    options.add_argument("--vocabulary", type=int, default=4096)
    options.add_argument("--width", type=int, default=256)
    options.add_argument("--layers", type=int, default=8)
    options.add_argument("--hidden", type=int, default=768)
    options.add_argument("--every", type=int, default=25, help="steps between lines of the log")
    return options


if __name__ == "__main__":
    run(parser().parse_args())
