"""The network: a plain llama (RMSNorm, rotary positions, grouped-query attention, SwiGLU), written out.

Names of the weights follow the GGUF convention (`blk.0.attn_q.weight`), so that the export is a loop.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """The sizes of a network; everything that the GGUF header says about it."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head_size(self) -> int:
        return self.width // self.heads


def rotary_tables(shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines for every position and every pair of a head's channels."""
    pairs = torch.arange(0, shape.head_size, 2).float() / shape.head_size
    angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-pairs)
    return angles.cos(), angles.sin()


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Turn neighbouring channels (0,1), (2,3)... by the position's angle: llama.cpp's order for this architecture."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2).to(x.dtype)


class Block(nn.Module):
    """One layer: attention, then the gated feed-forward, each on the normalised stream and added to it."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        inner = shape.heads * shape.head_size
        kv = shape.kv_heads * shape.head_size
        self.attn_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.attn_q = nn.Linear(shape.width, inner, bias=False)
        self.attn_k = nn.Linear(shape.width, kv, bias=False)
        self.attn_v = nn.Linear(shape.width, kv, bias=False)
        self.attn_output = nn.Linear(inner, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_down = nn.Linear(shape.hidden, shape.width, bias=False)

    def attend(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        """Written out: on a CPU and for short rows this is several times as fast as PyTorch's own in bf16."""
        rows, length, _ = x.shape
        size, group = self.shape.head_size, self.shape.heads // self.shape.kv_heads
        q = rotate(self.attn_q(x).view(rows, length, self.shape.heads, size).transpose(1, 2), cos, sin)
        k = rotate(self.attn_k(x).view(rows, length, self.shape.kv_heads, size).transpose(1, 2), cos, sin)
        v = self.attn_v(x).view(rows, length, self.shape.kv_heads, size).transpose(1, 2)
        q = q.reshape(rows, self.shape.kv_heads, group * length, size)
        scores = (q @ k.mT).float().view(rows, self.shape.heads, length, length) * size**-0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        shares = scores.masked_fill(future, -torch.inf).softmax(-1).to(v.dtype)
        y = (shares.view(rows, self.shape.kv_heads, group * length, length) @ v).view(rows, self.shape.heads, length, size)
        return self.attn_output(y.transpose(1, 2).reshape(rows, length, -1))

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        x = x + self.attend(self.attn_norm(x), cos, sin)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


ROUND = 128
"""The number of places at which the output layer is computed is a multiple of this."""


class Llama(nn.Module):
    """Embedding, blocks, norm; the output layer shares the embedding's weights."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        cos, sin = rotary_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.initialise()

    def initialise(self) -> None:
        """Small normal weights; the two projections back into the stream start near zero."""
        nn.init.normal_(self.token_embd.weight, std=0.02)
        for name, weight in self.named_parameters():
            if weight.dim() == 2 and name.startswith("blk"):
                back = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=weight.shape[1] ** -0.5 * (0.2 if back else 1.0))

    def hidden(self, tokens: torch.Tensor) -> torch.Tensor:
        """The final normalised stream, one vector a token."""
        x = self.token_embd(tokens)
        length = tokens.shape[1]
        for block in self.blk:
            x = block(x, self.cos[:length], self.sin[:length])
        return self.output_norm(x)

    def loss(self, tokens: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Weighted sum of the cross entropies where there is a target (-1 marks the other places, which cost no output layer).

        Places without a target fill their number up to a round one, since a CPU prepares a kernel, and keeps it, for each number.
        """
        places = (targets.flatten() < 0).argsort(stable=True)
        count = min(-int((targets >= 0).sum()) // ROUND * -ROUND, len(places))
        places = places[:count]
        logits = F.linear(self.hidden(tokens).flatten(0, 1)[places], self.token_embd.weight)
        losses = F.cross_entropy(logits.float(), targets.flatten()[places], reduction="none", ignore_index=-1)
        return (losses * weights.flatten()[places]).sum()
