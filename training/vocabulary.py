"""Which words the tokenizer knows: those of the tables, those that hold dialogues together, then the most frequent."""

from collections.abc import Iterator
from itertools import islice

from . import facts
from .prose import Prose
from .stream import samples
from .tokenizer import Tokenizer, pieces, train


def of_tables() -> Iterator[str]:
    """Every word of the facts tables, with the space before it."""
    yield from ("Human", "Assistant")
    tables = (facts.OPPOSITES, facts.PLURALS, facts.PAST, facts.CAPITALS, *facts.CATEGORIES.items())
    phrases = [text for table in tables for row in table for text in ((row,) if isinstance(row, str) else row)]
    for text in (*phrases, *facts.NAMES, *facts.THINGS, *facts.FOODS, *facts.JOBS, *facts.SPELLED, *facts.NUMBER_WORDS):
        yield from pieces(" " + text)


def make_tokenizer(prose: Prose, size: int, count: int = 60_000) -> Tokenizer:
    """Count the pieces of a stretch of the training stream and of all the books."""
    dialogues = (sample.text for sample in islice(samples(7, prose), count) if sample.kind != "prose")
    books = (" " + paragraph for book in prose.books for paragraph in book)
    return train((text for source in (dialogues, books) for text in source), of_tables(), size)
