"""From samples to tensors: batches of about equal size, each in a few blocks of similar length."""

from collections.abc import Iterator
from itertools import islice

import torch

from .stream import Sample
from .tokenizer import BEGIN, END, PAD, Tokenizer

Block = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Tokens, targets (-1 where nothing is learned) and their weights."""

Row = tuple[list[int], int]
"""Tokens, and how many of them are given."""


def row(tokenizer: Tokenizer, sample: Sample) -> Row:
    """The two parts are cut into tokens apart, as they are when the model is used."""
    given = [BEGIN, *tokenizer.encode(sample.given)]
    return given + tokenizer.encode(sample.written) + [END] * sample.ends, len(given)


def block(rows: list[Row]) -> Block:
    """Rows filled up on the right; a row's weight grows with the root of what it teaches, so that prose does not drown the rest."""
    width = max(len(tokens) for tokens, _ in rows) - 1
    inputs = torch.full((len(rows), width), PAD)
    targets = torch.full((len(rows), width), -1)
    weights = torch.zeros((len(rows), width))
    for index, (tokens, given) in enumerate(rows):
        length = len(tokens) - 1
        inputs[index, :length] = torch.tensor(tokens[:-1])
        targets[index, given - 1 : length] = torch.tensor(tokens[given:])
        weights[index, given - 1 : length] = (len(tokens) - given) ** -0.5
    return inputs, targets, weights


def full(shortest: int, longest: int, rows: int, block_tokens: int) -> bool:
    """Whether a block with these rows would be too large, or would waste too much on padding."""
    return rows * longest > block_tokens or longest > 1.3 * shortest + 2


def batches(samples: Iterator[Sample], tokenizer: Tokenizer, tokens: int, block_tokens: int, longest: int) -> Iterator[list[Block]]:
    """Batches of so many tokens; within one, rows are sorted by length and cut into blocks."""
    while True:
        rows: list[Row] = []
        total = 0
        while total < tokens:
            (sample,) = islice(samples, 1)
            ids, given = row(tokenizer, sample)
            if given + 1 < longest:
                rows.append((ids[:longest], given))
                total += min(len(ids), longest)
        rows.sort(key=lambda r: len(r[0]))
        blocks, start = [], 0
        for end in range(1, len(rows) + 1):
            if end == len(rows) or full(len(rows[start][0]), len(rows[end][0]), end + 1 - start, block_tokens):
                blocks.append(block(rows[start:end]))
                start = end
        yield blocks
