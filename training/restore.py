"""Weights to train on from: those of a GGUF that `export.py` wrote, and a network made deeper (`train --start`)."""

import re

from pathlib import Path

import numpy as np

from . import gguf
from .tokenizer import PAD, Tokenizer, byte_letters

SHAPE = {
    "width": "llama.embedding_length", "layers": "llama.block_count", "heads": "llama.attention.head_count", "kv_heads": "llama.attention.head_count_kv",
    "hidden": "llama.feed_forward_length", "context": "llama.context_length", "rope_base": "llama.rope.freq_base",
    "epsilon": "llama.attention.layer_norm_rms_epsilon", "vocabulary": "llama.vocab_size",
}
"""What the header calls each size of a network."""


def restore(file: Path) -> tuple[dict[str, float], dict[str, np.ndarray], Tokenizer]:
    """Sizes, weights (as near as Q8_0 kept them) and tokenizer of a file."""
    metadata, tensors = gguf.read(file)
    data = file.read_bytes()
    weights = {name: gguf.tensor(data, *place) for name, place in tensors.items()}
    bytes_of = {letter: byte for byte, letter in enumerate(byte_letters())}
    words = [bytes(bytes_of[letter] for letter in token).decode() for token in metadata["tokenizer.ggml.tokens"][PAD + 1 :]]
    return {name: metadata[key] for name, key in SHAPE.items()}, weights, Tokenizer(words)


BACK = ("attn_output.weight", "ffn_down.weight")
"""The two matrices of a block that write into the stream."""


def grown(weights: dict[str, np.ndarray], layers: int) -> dict[str, np.ndarray]:
    """The same function in more layers: copies of blocks, spread evenly, that write nothing into the stream yet."""
    old = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blk."))
    kept = [round((at + 1) * layers / old) - 1 for at in range(old)]
    found = {name: weight for name, weight in weights.items() if not name.startswith("blk.")}
    for layer in range(layers):
        source = max((at for at in range(old) if kept[at] <= layer), default=0)
        for name, weight in weights.items():
            if match := re.fullmatch(rf"blk\.{source}\.(.*)", name):
                silent = layer not in kept and match[1] in BACK
                found[f"blk.{layer}.{match[1]}"] = weight * 0 if silent else weight
    return found
