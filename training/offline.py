"""The same evaluation without a server: `python -m training.offline --run FOLDER` completes with PyTorch.

`--run FILE.gguf` takes the weights from a finished file.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from .model import Llama, Shape
from .report import Completer, Request, measure, measure_prose, show
from .restore import restore
from .tokenizer import BEGIN, END, PAD, Tokenizer


def load(run: Path) -> tuple[Llama, Tokenizer]:
    """The network of a run's folder or of a GGUF."""
    if run.is_file():
        shape, weights, tokenizer = restore(run)
        model = Llama(Shape(**shape)).eval()
        model.load_state_dict({name: torch.as_tensor(weight) for name, weight in weights.items()})
        return model, tokenizer
    checkpoint = torch.load(run / "checkpoint.pt", weights_only=True)
    model = Llama(Shape(**checkpoint["shape"])).eval()
    model.load_state_dict(checkpoint["weights"])
    return model, Tokenizer.load(run / "tokenizer.json")


@torch.no_grad()
def finish(model: Llama, rows: list[list[int]], requests: list[Request], exact: bool = False) -> list[list[int]]:
    """Write on until every row has ended its turn; rows are padded on the right and read at their own ends."""
    written: list[list[int]] = [[] for _ in rows]
    going = list(range(len(rows)))
    while going:
        width = max(len(rows[i]) + len(written[i]) for i in going)
        tokens = torch.tensor([(rows[i] + written[i] + [PAD] * width)[:width] for i in going])
        ends = torch.tensor([len(rows[i]) + len(written[i]) - 1 for i in going])
        with torch.autocast("cpu", torch.bfloat16, enabled=not exact):
            stream = model.hidden(tokens)
        logits = F.linear(stream[torch.arange(len(going)), ends].float(), model.token_embd.weight)
        for i, scores in zip(tuple(going), logits, strict=True):
            heat = requests[i].temperature
            token = int(torch.multinomial((scores / heat).softmax(-1), 1) if heat else scores.argmax())
            if token != END:
                written[i].append(token)
            if token == END or len(written[i]) == requests[i].max_tokens:
                going.remove(i)
    return written


def with_torch(model: Llama, tokenizer: Tokenizer, at_once: int = 48, exact: bool = False) -> Completer:
    """A completer in bf16 or, exact, in 32 bits."""

    def completer(requests: list[Request]) -> list[str]:
        rows = [[BEGIN, *tokenizer.encode(request.prompt)] for request in requests]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        texts = [""] * len(rows)
        for start in range(0, len(order), at_once):
            some = order[start : start + at_once]
            for i, tokens in zip(some, finish(model, [rows[i] for i in some], [requests[i] for i in some], exact), strict=True):
                texts[i] = tokenizer.decode(tokens)
        return texts

    return completer


def main() -> None:
    options = argparse.ArgumentParser(description="Measure a checkpoint's skills with PyTorch.")
    options.add_argument("--run", type=Path, required=True, help="folder with checkpoint.pt and tokenizer.json, or a GGUF")
    options.add_argument("--cases", type=int, default=100)
    options.add_argument("--wrong", type=int, default=3)
    options.add_argument("--ask", nargs="*", help="prompts to complete instead, as human turns")
    args = options.parse_args()
    torch.manual_seed(1)
    completer = with_torch(*load(args.run))
    if args.ask:
        for ask, text in zip(args.ask, completer([Request(f"\n\nHuman: {ask}\n\nAssistant:", 200) for ask in args.ask]), strict=True):
            print(f"{ask!r} -> {text!r}")
        return
    rows = measure(completer, args.cases)
    show(rows, *measure_prose(completer), args.wrong)


if __name__ == "__main__":
    main()
