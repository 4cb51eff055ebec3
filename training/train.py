"""The trainer: `python -m training.train --corpus FOLDER --out FOLDER [--steps N]`.

Writes `tokenizer.json` and, every few minutes and at the end, `checkpoint.pt` into the folder.
"""

import argparse
import json
import time
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch

from .batches import batches
from .model import Llama, Shape
from .muon import Muon
from .prose import Prose
from .stream import samples
from .tokenizer import Tokenizer
from .vocabulary import make_tokenizer

MATRIX_RATE, VECTOR_RATE = 0.02, 0.004


def rate_share(step: int, steps: int, warmup: int = 50, decay: float = 0.35) -> float:
    """Warm up, hold, and fall in a straight line to almost nothing over the last part."""
    left = (steps - step) / (steps * decay)
    return min(1.0, (step + 1) / warmup, max(left, 0.005))


class Trainer:
    """A network with its two optimisers: Muon for the matrices of the blocks, AdamW for the embedding and the norms."""

    def __init__(self, shape: Shape) -> None:
        self.model = Llama(shape)
        named = list(self.model.named_parameters())
        matrices = [weight for name, weight in named if weight.dim() == 2 and name.startswith("blk")]
        others = [weight for name, weight in named if weight.dim() != 2 or not name.startswith("blk")]
        self.muon = Muon(matrices, MATRIX_RATE)
        self.adam = torch.optim.AdamW(others, lr=VECTOR_RATE, betas=(0.9, 0.98), weight_decay=0.0)

    def step(self, blocks: list, share: float) -> float:
        """One step on a batch; the loss is the weighted mean over the batch."""
        scale = sum(float(weights.sum()) for _, _, weights in blocks)
        total = 0.0
        self.model.zero_grad(set_to_none=True)
        for tokens, targets, weights in blocks:
            with torch.autocast("cpu", torch.bfloat16):
                loss = self.model.loss(tokens, targets, weights) / scale
            loss.backward()
            total += loss.item()
        self.muon.step(share)
        self.adam.param_groups[0]["lr"] = VECTOR_RATE * share
        self.adam.step()
        return total

    def save(self, file: Path, step: int) -> None:
        part = file.with_suffix(".part")
        torch.save({"shape": asdict(self.model.shape), "weights": self.model.state_dict(), "step": step}, part)
        part.rename(file)


def run(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    prose = Prose(args.corpus)
    tokenizer = make_tokenizer(prose, args.vocabulary)
    tokenizer.save(args.out / "tokenizer.json")
    trainer = Trainer(Shape(vocabulary=args.vocabulary, width=args.width, layers=args.layers, hidden=args.hidden))
    if args.start:
        trainer.model.load_state_dict(torch.load(args.start, weights_only=True)["weights"])
    stream = batches(samples(args.seed, prose), tokenizer, args.batch, args.block, args.longest)
    loop(trainer, stream, tokenizer, args)


def loop(trainer: Trainer, stream, tokenizer: Tokenizer, args: argparse.Namespace) -> None:
    started = saved = time.time()
    tokens, mean = 0, None
    for step, blocks in enumerate(islice(stream, args.steps)):
        loss = trainer.step(blocks, rate_share(step, args.steps))
        tokens += sum(int((inputs != 258).sum()) for inputs, _, _ in blocks)
        mean = loss if mean is None else 0.95 * mean + 0.05 * loss
        if (step + 1) % args.every == 0:
            seconds = time.time() - started
            print(json.dumps({"step": step + 1, "loss": round(mean, 4), "tokens": tokens, "seconds": round(seconds), "tokens_per_second": round(tokens / seconds)}), flush=True)
        if time.time() - saved > 240 or step + 1 == args.steps:
            trainer.save(args.out / "checkpoint.pt", step + 1)
            saved = time.time()


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="Train the demonstration model.")
    options.add_argument("--corpus", type=Path, help="folder of plain-text novels; without it a single paragraph stands in")
    options.add_argument("--out", type=Path, required=True, help="folder for the tokenizer and the checkpoint")
    options.add_argument("--start", type=Path, help="checkpoint whose weights to start from")
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=8192, help="tokens a step")
    options.add_argument("--block", type=int, default=4096, help="tokens a forward pass, padding included")
    options.add_argument("--longest", type=int, default=384, help="tokens a sample at most")
    options.add_argument("--vocabulary", type=int, default=4096)
    options.add_argument("--width", type=int, default=256)
    options.add_argument("--layers", type=int, default=6)
    options.add_argument("--hidden", type=int, default=768)
    options.add_argument("--every", type=int, default=25, help="steps between lines of the log")
    return options


if __name__ == "__main__":
    run(parser().parse_args())
