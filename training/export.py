"""The export: `python -m training.export --run FOLDER... --to FILE.gguf` makes checkpoints, or their mean, a GGUF for llama.cpp."""

import argparse
from pathlib import Path

import numpy as np

from . import gguf
from .restore import restore
from .tokenizer import BEGIN, END, PAD, SPECIAL, Tokenizer, byte_letters

TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] }}"
    "{% elif message['role'] == 'user' %}{{ '\\n\\nHuman: ' + message['content'] }}"
    "{% else %}{{ '\\n\\nAssistant: ' + message['content'] }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '\\n\\nAssistant:' }}{% endif %}"
)
"""The documented form of a Text Completions prompt, and nothing else."""

NORMAL, CONTROL = 1, 3


def vocabulary(tokenizer: Tokenizer) -> dict[str, object]:
    """The tokenizer's part of the metadata: bytes are written as printable letters, as byte-level BPE does.

    Whole words are looked up before any merge, so no merge is needed; the one in the list, which the format asks
    for, joins two bytes that no text contains.
    """
    letters = byte_letters()
    tokens = [*letters, *SPECIAL] + ["".join(letters[byte] for byte in word.encode()) for word in tokenizer.words]
    kinds = [NORMAL] * 256 + [CONTROL] * 3 + [NORMAL] * len(tokenizer.words)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "llama-bpe",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": [f"{letters[0]} {letters[1]}"],
        "tokenizer.ggml.bos_token_id": BEGIN,
        "tokenizer.ggml.eos_token_id": END,
        "tokenizer.ggml.eot_token_id": END,
        "tokenizer.ggml.padding_token_id": PAD,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.chat_template": TEMPLATE,
    }


def architecture(shape: dict[str, object], parameters: int) -> dict[str, object]:
    head = int(shape["width"]) // int(shape["heads"])
    return {
        "general.architecture": "llama",
        "general.name": "Continuo demo",
        "general.description": "A small demonstration model, trained from nothing by the Continuo project.",
        "general.license": "apache-2.0",
        "general.languages": ["en"],
        "general.file_type": 7,
        "general.quantization_version": 2,
        "general.parameter_count": parameters,
        "general.alignment": gguf.ALIGNMENT,
        "llama.context_length": shape["context"],
        "llama.embedding_length": shape["width"],
        "llama.block_count": shape["layers"],
        "llama.feed_forward_length": shape["hidden"],
        "llama.attention.head_count": shape["heads"],
        "llama.attention.head_count_kv": shape["kv_heads"],
        "llama.attention.layer_norm_rms_epsilon": shape["epsilon"],
        "llama.rope.dimension_count": head,
        "llama.rope.freq_base": shape["rope_base"],
        "llama.vocab_size": shape["vocabulary"],
    }


def export(file: Path, shape: dict[str, object], weights: dict[str, np.ndarray], tokenizer: Tokenizer) -> None:
    """Write the model; the output layer is left out, because it is the embedding."""
    parameters = sum(weight.size for weight in weights.values())
    gguf.write(file, architecture(shape, parameters) | vocabulary(tokenizer), weights)


def finished(run: Path) -> tuple[dict[str, object], dict[str, np.ndarray], Tokenizer]:
    """Sizes, weights and tokenizer of a run's folder or of a GGUF."""
    if run.is_file():
        return restore(run)
    import torch

    checkpoint = torch.load(run / "checkpoint.pt", weights_only=True)
    weights = {name: weight.float().numpy() for name, weight in checkpoint["weights"].items()}
    return checkpoint["shape"], weights, Tokenizer.load(run / "tokenizer.json")


def mean(several: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The mean of the weights of stages that went on from each other: often better than any of them."""
    return {name: np.mean([weights[name] for weights in several], axis=0, dtype=np.float32) for name in several[0]}


def main() -> None:
    options = argparse.ArgumentParser(description="Write a checkpoint, or the mean of several of one size, as GGUF.")
    options.add_argument("--run", type=Path, required=True, nargs="+", help="folders with checkpoint.pt and tokenizer.json, or GGUF files")
    options.add_argument("--to", type=Path, required=True)
    args = options.parse_args()
    shapes, weights, tokenizers = zip(*map(finished, args.run), strict=True)
    export(args.to, shapes[-1], mean(weights), tokenizers[-1])
    print(f"{args.to}: {args.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
