"""Muon: steps along the orthogonalised momentum, for matrices inside the network."""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Executor

import torch


def orthogonalised(matrix: torch.Tensor) -> torch.Tensor:
    """Bring all singular values near one, by five Newton-Schulz steps of the fifth order."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.mT if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = torch.addmm(x, torch.addmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).float()


class Muon:
    """Momentum is kept of all matrices of one shape together; each is made orthogonal on its own, which is the faster way."""

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
        updates = map(orthogonalised, gradients.lerp(average, self.momentum))
        rate *= max(1.0, shape[0] / shape[1]) ** 0.5
        for matrix, direction in zip(self.groups[shape], updates, strict=True):
            matrix.mul_(1 - rate * self.decay).add_(direction, alpha=-rate)
