"""Plain English prose from public-domain novels: one text file a book, one paragraph a line."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

CONTINUE = ("Continue this text: {x}", "Continue: {x}", "Go on with this story: {x}", "Write what comes next: {x}", "Continue the story: {x}")

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[.!?][\"'])\s+")


class Prose:
    """Paragraphs of the books, from which pieces of any length are cut."""

    def __init__(self, folder: Path | None) -> None:
        self.books: list[list[str]] = []
        for file in sorted(folder.glob("*.txt")) if folder else ():
            paragraphs = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            if file.name != "README.md" and len(paragraphs) > 1:
                self.books.append(paragraphs)
        self.books = self.books or [[FALLBACK] * 8]
        self.sizes = [sum(map(len, book)) for book in self.books]

    def keep(self, familiar: Callable[[str], bool]) -> None:
        """Drop the sentences with a word that is not familiar, so that the model learns to write in the words it knows."""
        for at, book in enumerate(self.books):
            sentences = [sentence for paragraph in book for sentence in SENTENCE_END.split(paragraph) if familiar(sentence)]
            self.books[at] = [" ".join(sentences[i : i + 6]) for i in range(0, len(sentences), 6)] or book[:1]
        self.sizes = [sum(map(len, book)) for book in self.books]

    def passage(self, rng: Random, words: int) -> list[str]:
        """So many words from the beginning of a paragraph on."""
        book = rng.choices(self.books, self.sizes)[0]
        at = rng.randrange(len(book))
        found: list[str] = []
        while len(found) < words and at < len(book):
            found += book[at].split() if not found else ["\n\n" + book[at].split()[0], *book[at].split()[1:]]
            at += 1
        return found[:words]

    def piece(self, rng: Random, longest: int) -> tuple[str, str, bool]:
        """What is given, what is to be written, and whether it ends there (it never does)."""
        words = self.passage(rng, rng.randint(longest // 2, longest))
        roll = rng.random()
        if roll < 0.3:
            return "", joined(words), False
        cut = min(len(words) - 1, rng.randint(3, 30))
        begin, rest = joined(words[:cut]), joined(words[cut:])
        if roll < 0.75:
            return f"\n\nHuman: {rng.choice(CONTINUE).format(x=begin.strip())}\n\nAssistant:", rest, False
        return f"\n\nHuman: Write a story.\n\nAssistant:{begin}", rest, False


def joined(words: list[str]) -> str:
    """Words with one space before each; a new paragraph's first word has line feeds instead, then its space."""
    return "".join(word if word.startswith("\n") else " " + word for word in words)


FALLBACK = (
    "The rain had stopped in the night, and in the morning the garden was full of light. A small bird sat on the wall and looked at the "
    "house, as if it were waiting for somebody to come out. Nobody came. The door stayed shut, the windows were dark, and only the old "
    "clock in the hall went on counting the hours, as it had done for as long as anybody could remember."
)
"""Stands in for the books when no folder is given, so that the generator can be tried anywhere."""
