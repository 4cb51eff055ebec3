"""The export writes what llama.cpp reads: header, sizes, alignment, weights."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from .. import gguf
from ..export import TEMPLATE, export, mean
from ..restore import grown, restore
from ..skills.talk import SIZE
from ..tokenizer import END, Tokenizer

SHAPE = {
    "vocabulary": 288, "width": 64, "layers": 1, "heads": 1, "kv_heads": 1, "hidden": 96, "context": 128, "rope_base": 10000.0, "epsilon": 1e-5,
}
MODEL = Path(__file__).resolve().parents[2] / "models" / "continuo-demo.gguf"


class ExportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "tiny.gguf"
        rng = np.random.default_rng(1)
        self.weights = {
            "token_embd.weight": rng.normal(size=(288, 64)).astype("f4"),
            "output_norm.weight": rng.normal(size=64).astype("f4"),
        }
        export(self.file, SHAPE, self.weights, Tokenizer([f" w{i}" for i in range(29)]))

    def test_the_metadata_comes_back(self) -> None:
        metadata, _ = gguf.read(self.file)
        self.assertEqual(metadata["general.name"], "Continuo demo")
        self.assertEqual(metadata["llama.context_length"], 128)
        self.assertEqual(metadata["tokenizer.chat_template"], TEMPLATE)
        self.assertEqual(len(metadata["tokenizer.ggml.tokens"]), 288)
        self.assertEqual(metadata["tokenizer.ggml.tokens"][-1], "Ġw28")
        self.assertEqual(metadata["tokenizer.ggml.eos_token_id"], END)
        self.assertIs(metadata["tokenizer.ggml.add_bos_token"], True)

    def test_tensors_are_aligned_and_keep_their_values(self) -> None:
        _, tensors = gguf.read(self.file)
        data = self.file.read_bytes()
        shape, kind, start = tensors["token_embd.weight"]
        self.assertEqual((shape, kind, start % gguf.ALIGNMENT), ((288, 64), gguf.Q8_0, 0))
        back = gguf.restored(data[start : start + 288 * 64 // 32 * 34]).reshape(shape)
        self.assertLess(np.abs(back - self.weights["token_embd.weight"]).max(), np.abs(back).max() / 127)
        shape, kind, start = tensors["output_norm.weight"]
        self.assertEqual((shape, kind, start % gguf.ALIGNMENT), ((64,), gguf.F32, 0))
        np.testing.assert_array_equal(np.frombuffer(data, "<f4", 64, start), self.weights["output_norm.weight"])

    def test_a_file_is_restored_to_what_it_was_made_of(self) -> None:
        shape, weights, tokenizer = restore(self.file)
        self.assertEqual(shape["vocabulary"], 288)
        self.assertEqual((shape["width"], shape["layers"], shape["context"]), (64, 1, 128))
        self.assertEqual(tokenizer.words, [f" w{i}" for i in range(29)])
        self.assertLess(np.abs(weights["token_embd.weight"] - self.weights["token_embd.weight"]).max(), 0.03)
        np.testing.assert_array_equal(weights["output_norm.weight"], self.weights["output_norm.weight"])

    def test_a_grown_network_keeps_its_blocks_and_adds_silent_ones(self) -> None:
        names = ("attn_q.weight", "attn_output.weight", "ffn_down.weight")
        weights = {f"blk.{at}.{name}": np.full((2, 2), at + 1.0) for at in range(3) for name in names}
        found = grown(weights | {"output_norm.weight": np.ones(2)}, 5)
        speaking = [int(found[f"blk.{at}.ffn_down.weight"][0, 0]) for at in range(5)]
        self.assertEqual([layer for layer in speaking if layer], [1, 2, 3])
        self.assertEqual(speaking, [int(found[f"blk.{at}.attn_output.weight"][0, 0]) for at in range(5)])
        self.assertTrue(all(found[f"blk.{at}.attn_q.weight"].any() for at in range(5)))
        self.assertEqual(grown(weights, 3), weights)

    def test_the_mean_of_runs_is_taken_weight_by_weight(self) -> None:
        found = mean([{"a": np.array([1, 2], "f4")}, {"a": np.array([3, 6], "f4")}])
        np.testing.assert_array_equal(found["a"], [2, 4])
        self.assertEqual(found["a"].dtype, np.float32)

    def test_zeros_are_quantised_without_a_division_by_zero(self) -> None:
        np.testing.assert_array_equal(gguf.restored(gguf.quantised(np.zeros((1, 32)))), np.zeros(32))


@unittest.skipUnless(MODEL.exists(), "no model file")
class ShippedModelTest(unittest.TestCase):
    def test_the_model_file_is_what_the_card_says(self) -> None:
        metadata, tensors = gguf.read(MODEL)
        self.assertLessEqual(MODEL.stat().st_size, 16_000_000)
        self.assertEqual(metadata["general.architecture"], "llama")
        self.assertEqual(metadata["llama.context_length"], 2048)
        self.assertGreaterEqual(metadata["llama.embedding_length"] // metadata["llama.attention.head_count"], 64)
        self.assertTrue(4000 <= len(metadata["tokenizer.ggml.tokens"]) <= 8000)
        parameters = sum(int(np.prod(shape)) for shape, _, _ in tensors.values())
        self.assertEqual(metadata["general.parameter_count"], parameters)
        self.assertEqual(f"{round(parameters / 1e6)} million", SIZE)


if __name__ == "__main__":
    unittest.main()
