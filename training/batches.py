"""From samples to tensors: blocks of a few fixed shapes, several of them to a batch.

The shapes are fixed because a CPU prepares its matrix kernels for each new shape, which costs more than some padding.
"""

from collections import defaultdict
from collections.abc import Iterator

import torch

from .stream import Sample
from .tokenizer import BEGIN, END, PAD, Tokenizer

WIDTHS = (24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1536, 2048)

Block = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Tokens, targets (-1 where nothing is learned) and their weights."""

Row = tuple[list[int], list[bool]]
"""Tokens, and of each whether it is learned."""


def row(tokenizer: Tokenizer, sample: Sample) -> Row:
    """What is given and what is written are cut into tokens apart, as they are when the model is used."""
    tokens, learned = [BEGIN], [False]
    for given, written in sample.parts:
        for text, learning in ((given, False), (written, True)):
            found = tokenizer.encode(text)
            tokens += found
            learned += [learning] * len(found)
    return (tokens + [END], learned + [True]) if sample.ends else (tokens, learned)


def block(rows: list[Row], width: int) -> Block:
    """Rows filled up on the right; a row's weight grows with the root of what it teaches, so that prose does not drown the rest."""
    inputs = torch.full((len(rows), width), PAD)
    targets = torch.full((len(rows), width), -1)
    weights = torch.zeros((len(rows), width))
    for index, (tokens, learned) in enumerate(rows):
        length = len(tokens) - 1
        wanted = torch.tensor(learned[1:])
        inputs[index, :length] = torch.tensor(tokens[:-1])
        targets[index, :length] = torch.where(wanted, torch.tensor(tokens[1:]), -1)
        weights[index, :length] = wanted * sum(learned) ** -0.5
    return inputs, targets, weights


def blocks(samples: Iterator[Sample], tokenizer: Tokenizer, block_tokens: int, longest: int) -> Iterator[Block]:
    """Samples wait with others of about their length until a block of that width is full."""
    waiting: dict[int, list[Row]] = defaultdict(list)
    for sample in samples:
        tokens, learned = (part[: longest + 1] for part in row(tokenizer, sample))
        if not any(learned):
            continue
        width = next(width for width in WIDTHS if width >= len(tokens) - 1)
        waiting[width].append((tokens, learned))
        if len(waiting[width]) == max(1, block_tokens // width):
            yield block(waiting.pop(width), width)


def batches(samples: Iterator[Sample], tokenizer: Tokenizer, count: int, block_tokens: int, longest: int) -> Iterator[list[Block]]:
    """So many blocks make a batch."""
    found = blocks(samples, tokenizer, block_tokens, longest)
    return iter(lambda: [next(found) for _ in range(count)], [])
