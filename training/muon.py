"""Muon: steps along the orthogonalised momentum, for matrices inside the network."""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Executor

import torch


def orthogonalised(stack: torch.Tensor) -> torch.Tensor:
    """Bring all singular values of each matrix near one, by five Newton-Schulz steps of the fifth order."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = stack.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).float()


class Muon:
    """Matrices of one shape are stacked and handled together."""

    def __init__(self, matrices: Iterable[torch.nn.Parameter], rate: float, momentum: float = 0.95, decay: float = 0.02) -> None:
        self.rate, self.momentum, self.decay = rate, momentum, decay
        self.groups: dict[tuple[int, ...], list[torch.nn.Parameter]] = defaultdict(list)
        for matrix in matrices:
            self.groups[tuple(matrix.shape)].append(matrix)
        self.averages = {shape: torch.zeros(len(group), *shape) for shape, group in self.groups.items()}

    def step(self, share: float, pool: Executor) -> None:
        """One step at a share of the full rate, the shapes side by side."""
        list(pool.map(lambda shape: self.step_shape(shape, self.rate * share), self.groups))

    @torch.no_grad()
    def step_shape(self, shape: tuple[int, ...], rate: float) -> None:
        gradients = torch.stack([matrix.grad for matrix in self.groups[shape]])
        average = self.averages[shape]
        average.lerp_(gradients, 1 - self.momentum)
        update = orthogonalised(gradients.lerp(average, self.momentum))
        rate *= max(1.0, shape[0] / shape[1]) ** 0.5
        for matrix, direction in zip(self.groups[shape], update, strict=True):
            matrix.mul_(1 - rate * self.decay).add_(direction, alpha=-rate)
