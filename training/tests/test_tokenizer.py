"""The tokenizer loses nothing and splits where the skills need it."""

import unittest
from itertools import islice

from ..prose import Prose
from ..stream import samples
from ..tokenizer import Tokenizer, byte_letters
from ..vocabulary import make_tokenizer


class TokenizerTest(unittest.TestCase):
    tokenizer: Tokenizer

    @classmethod
    def setUpClass(cls) -> None:
        cls.tokenizer = make_tokenizer(Prose(None), 4096, count=8_000)

    def parts(self, text: str) -> list[str]:
        return [self.tokenizer.decode([token]) for token in self.tokenizer.encode(text)]

    def test_encoding_and_decoding_give_the_text_back(self) -> None:
        texts = [sample.text for sample in islice(samples(5, Prose(None)), 300)]
        for text in (*texts, "Grüße, 世界 🙂", "a\tb  c \n\n d", ""):
            self.assertEqual(self.tokenizer.decode(self.tokenizer.encode(text)), text)

    def test_every_digit_and_every_line_feed_is_a_token(self) -> None:
        self.assertEqual(self.parts(" 1234"), [" ", "1", "2", "3", "4"])
        self.assertEqual(self.parts("\n\n"), ["\n", "\n"])

    def test_known_words_are_one_token_and_quoted_words_are_spelled(self) -> None:
        self.assertEqual(self.parts(" garden"), [" garden"])
        self.assertEqual(self.parts(' "garden"')[1:-1], list("garden"))

    def test_the_frame_of_a_dialogue_is_short(self) -> None:
        self.assertEqual(self.parts("\n\nHuman:"), ["\n", "\n", "Human", ":"])
        self.assertEqual(self.parts("\n\nAssistant:"), ["\n", "\n", "Assistant", ":"])

    def test_each_byte_has_a_letter_of_its_own(self) -> None:
        self.assertEqual(len(set(byte_letters())), 256)
        self.assertEqual(byte_letters()[32], "Ġ")


if __name__ == "__main__":
    unittest.main()
