"""The network learns, and what it learns does not depend on the number of workers. Runs where PyTorch is installed."""

import unittest

try:
    import torch
except ImportError:
    torch = None


@unittest.skipUnless(torch, "PyTorch is not installed")
class TrainerTest(unittest.TestCase):
    def setUp(self) -> None:
        from ..batches import block
        from ..model import Shape

        torch.manual_seed(1)
        self.shape = Shape(vocabulary=320, width=64, layers=2, heads=1, kv_heads=1, hidden=96, context=64)
        rows = [([256, *range(at, at + 12), 257], [False] * 4 + [True] * 10) for at in range(65, 97)]
        self.blocks = [block(rows[:16], 16), block(rows[16:], 16)]

    def trained(self, threads: int, steps: int) -> "tuple[list[float], torch.nn.Module]":
        from ..train import Trainer

        torch.manual_seed(2)
        trainer = Trainer(self.shape, threads)
        return [trainer.step(self.blocks, 1.0) for _ in range(steps)], trainer.model

    def test_the_loss_falls(self) -> None:
        losses, _ = self.trained(threads=1, steps=30)
        self.assertLess(losses[-1], losses[0] / 2)

    def test_two_workers_take_the_same_first_step_as_one(self) -> None:
        (one, first), (two, second) = self.trained(1, 1), self.trained(2, 1)
        self.assertAlmostEqual(one[0], two[0], places=4)
        for a, b in zip(first.parameters(), second.parameters(), strict=True):
            self.assertLess((a - b).abs().max().item(), 5e-3)

    def test_nothing_is_learned_from_what_is_given(self) -> None:
        from ..batches import block

        _, targets, _ = block([([256, 70, 71, 72, 257], [False] * 3 + [True] * 2)], 8)
        self.assertEqual(targets.tolist(), [[-1, -1, 72, 257, -1, -1, -1, -1]])

    def test_later_tokens_do_not_change_earlier_states(self) -> None:
        from ..model import Llama

        model = Llama(self.shape).eval()
        short, long = torch.tensor([[256, 70, 71]]), torch.tensor([[256, 70, 71, 99, 98]])
        with torch.no_grad():
            torch.testing.assert_close(model.hidden(short), model.hidden(long)[:, :3], atol=1e-5, rtol=1e-4)


if __name__ == "__main__":
    unittest.main()
