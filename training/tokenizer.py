"""The tokenizer: byte-level, whole words first.

A text is cut into pieces by llama.cpp's `llama-bpe` rule. A piece that the vocabulary knows is one token; anything
else is spelled in bytes. The vocabulary knows words with the space before them, and no lower-case word without, so
that a word in quotes is spelled letter by letter and the model can work on its letters. Digits are never joined.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

BEGIN, END, PAD = 256, 257, 258
SPECIAL = ("<begin_of_text>", "<end_of_turn>", "<pad>")
PIECES = re.compile(
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""llama.cpp's rule for `llama-bpe`, said in Python's regular expressions."""

SPELLED = re.compile(r"^[^A-Za-z ]?[a-z]+$|^:[A-Za-z]|\d|^[a-zA-Z]$|.*\n.*")
"""Pieces that stay spelled: lower-case words without a space before them, digits, line feeds."""


def byte_letters() -> list[str]:
    """The printable letter that stands for each byte in a GGUF of this kind."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(spare)) for byte in range(256)]


def pieces(text: str) -> list[str]:
    return PIECES.findall(text)


class Tokenizer:
    """Bytes, three control tokens, then whole words."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.ids = {word: 259 + index for index, word in enumerate(words)}
        self.cache: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        found: list[int] = []
        for piece in pieces(text):
            known = self.cache.get(piece)
            if known is None:
                known = [self.ids[piece]] if piece in self.ids else list(piece.encode())
                self.cache[piece] = known
            found += known
        return found

    def knows(self, text: str) -> bool:
        """Whether every word of the text has a token."""
        return all(len(piece) < 3 or piece in self.ids for piece in pieces(" " + text))

    def decode(self, tokens: Iterable[int]) -> str:
        parts = (bytes([t]) if t < 256 else b"" if t <= PAD else self.words[t - 259].encode() for t in tokens)
        return b"".join(parts).decode(errors="replace")

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(self.words, indent=0), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> "Tokenizer":
        return cls(json.loads(file.read_text(encoding="utf-8")))


def train(texts: Iterable[str], always: Iterable[str], size: int) -> Tokenizer:
    """The most frequent pieces of the texts, after those that are always in."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(pieces(text))
    words = dict.fromkeys(word for word in always if len(word) > 1)
    for piece, _ in counts.most_common():
        if len(words) >= size - 259:
            break
        if len(piece.encode()) > 1 and not SPELLED.match(piece):
            words.setdefault(piece)
    return Tokenizer(list(words))
