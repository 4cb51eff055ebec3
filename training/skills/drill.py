"""Drills: many small tasks of one kind line by line, for training only.

A dialogue teaches one answer for thirty tokens; a drill teaches one for ten. Copying comes in long lines, because a
young network learns to look back at what it has read from them, and everything else builds on that.
"""

from collections.abc import Callable
from random import Random

from ..case import is_held
from ..facts import ANIMALS, CITIES, COLOURS, FOODS, JOBS, NAMES, NUMBER_WORDS, SPELLED
from ..words import WORDS
from .arithmetic import operands
from .counting import propose_occurrences
from .knowledge import RELATIONS
from .lists import POOLS, sort_letters, sort_numbers, short_word

Line = tuple[str, str, tuple[str, ...]]
"""What is given, what is answered, and the keys of the held-out cases that it must not touch."""

FORMS = ("{x} -> {y}", "{x}: {y}", "{x} => {y}", "{x} = {y}", "{x} becomes {y}", "Q: {x} A: {y}", "{x}, {y}")


def sum_line(rng: Random) -> Line:
    a, b = operands(rng)
    low, high = sorted((a, b))
    return f"{a} + {b}", str(a + b), (f"sum of {low} and {high}",)


def difference_line(rng: Random) -> Line:
    low, high = sorted(operands(rng))
    return f"{high} - {low}", str(high - low), (f"{high} less {low}",)


def times_line(rng: Random) -> Line:
    a, b = rng.randint(1, 12), rng.randint(1, 12)
    return f"{a} x {b}", str(a * b), ()


def relation_line(name: str) -> Callable[[Random], Line]:
    def line(rng: Random) -> Line:
        x, y = rng.choice(RELATIONS[name][1])
        return x, y, (f"pattern {name}: {x}",)

    return line


def any_relation(rng: Random) -> tuple[str, str, str]:
    """A fact's relation, and its two words, of which the second is single."""
    while True:
        name = rng.choice(tuple(RELATIONS))
        x, y = rng.choice(RELATIONS[name][1])
        if " " not in y:
            return name, x, y


def loud_fact_line(rng: Random) -> Line:
    """A fact in capital letters: what has to be known and spelled at once."""
    name, x, y = any_relation(rng)
    return f"{name} of {x}", y.upper(), (f"capitals: {name} of {x}",)


def sentence_line(rng: Random) -> Line:
    name, x, y = any_relation(rng)
    full = RELATIONS[name][2].format(x=x, y=y)
    return f"{name} of {x}", full[0].upper() + full[1:], (f"sentence: {name} of {x}", f"begun: {name} of {x}")


def reverse_line(rng: Random) -> Line:
    word = short_word(rng, 6)
    return f'"{word}"', word[::-1], (f"reverse word: {word}",)


def upper_line(rng: Random) -> Line:
    word = short_word(rng, 9)
    return f'"{word}"', word.upper(), (f"upper-case: {word}", f'pattern capitals: "{word}"')


TABLE_WORDS = tuple(dict.fromkeys(text for _, pairs, _ in RELATIONS.values() for pair in pairs for text in pair if " " not in text))


def known_upper_line(rng: Random) -> Line:
    """A word that is one token in capital letters, which have to be known by heart."""
    word = rng.choice(TABLE_WORDS if rng.random() < 0.7 else SPELLED)
    return word, word.upper(), (f"upper-case: {word}", f'pattern capitals: "{word}"')


def capital_line(rng: Random) -> Line:
    """A word as a sentence begins with it."""
    word = rng.choice(TABLE_WORDS if rng.random() < 0.7 else (*SPELLED, *WORDS))
    return word, word[0].upper() + word[1:], ()


def occurrences_line(rng: Random) -> Line:
    case = propose_occurrences(rng)
    return f"{case.turns[0]} in {case.turns[1]}", case.answer, (case.key,)


def letters_line(rng: Random) -> Line:
    word = short_word(rng, 12)
    return f'"{word}"', str(len(word)), (f"letters of {word}", f'pattern length: "{word}"')


def spelling_line(rng: Random) -> Line:
    word = rng.choice(rng.choice((SPELLED, SPELLED, WORDS, NAMES, CITIES, ANIMALS, COLOURS, FOODS, JOBS)))
    return word, f'"{word}"', ()


def last_digit_line(rng: Random) -> Line:
    """Half of a sum, which teaches where the digits are that decide it."""
    a, b = operands(rng)
    low, high = sorted((a, b))
    return f"{a} + {b}", str((a + b) % 10), (f"sum of {low} and {high}",)


def same_line(rng: Random) -> Line:
    number = rng.randint(0, 199)
    return str(number), str(number), (f"pattern same: {number}",)


def next_line(rng: Random) -> Line:
    number = rng.randint(1, 100)
    return str(number), str(number + 1), (f"beside {number}", f"pattern +1: {number}")


def previous_line(rng: Random) -> Line:
    number = rng.randint(1, 100)
    return str(number), str(number - 1), (f"beside {number}", f"pattern -1: {number}")


def numbers_line(rng: Random) -> Line:
    given, answer = sort_numbers(rng)
    return given, answer, (f"sort numbers: {given}",)


def alphabet_line(rng: Random) -> Line:
    given, answer = sort_letters(rng)
    return given, answer, (f"sort letters: {given}",)


def backwards_line(rng: Random) -> Line:
    words = rng.sample(rng.choice(POOLS), rng.randint(2, 5))
    given = ", ".join(words)
    return given, ", ".join(reversed(words)), (f"reverse list: {given}",)


def count_line(rng: Random) -> Line:
    pool = rng.choice(POOLS)
    words = rng.sample(pool, min(rng.randint(2, 12), len(pool)))
    given = ", ".join(words)
    return given, str(len(words)), (f"items {given}",)


def larger_line(rng: Random) -> Line:
    numbers = rng.sample(range(100), rng.randint(2, 4))
    given = ", ".join(map(str, numbers))
    return given, str(max(numbers)), (f"largest: {given}",)


def smaller_line(rng: Random) -> Line:
    numbers = rng.sample(range(100), rng.randint(2, 4))
    given = ", ".join(map(str, numbers))
    return given, str(min(numbers)), (f"smallest: {given}",)


LINES: dict[str, tuple[Callable[[Random], Line], float]] = {
    "Sums": (sum_line, 12), "Differences": (difference_line, 14), "Times tables": (times_line, 24), "Opposites": (relation_line("opposite"), 2), "Plurals": (relation_line("plural"), 2),
    "Past tense": (relation_line("past tense"), 2), "Categories": (relation_line("category"), 2), "Capitals": (relation_line("capital"), 2),
    "Backwards": (reverse_line, 4), "In capital letters": (upper_line, 2), "Number of letters": (letters_line, 2), "In quotes": (spelling_line, 5), "All in capitals": (known_upper_line, 12), "With a capital letter": (capital_line, 5),
    "How often": (occurrences_line, 34), "Facts in capital letters": (loud_fact_line, 24), "Facts in sentences": (sentence_line, 16), "Last digit of the sum": (last_digit_line, 6), "Same number": (same_line, 3),
    "Next number": (next_line, 2), "Previous number": (previous_line, 2), "Sorted numbers": (numbers_line, 4), "Sorted letters": (alphabet_line, 2),
    "Reversed": (backwards_line, 2), "How many": (count_line, 2), "Largest": (larger_line, 3), "Smallest": (smaller_line, 3),
}
"""Each drill under its title, with its weight."""


def drill(rng: Random) -> tuple[tuple[str, str], ...]:
    """Lines of one kind; each answer is learned."""
    title = rng.choices(tuple(LINES), [weight for _, weight in LINES.values()])[0]
    form = rng.choice(FORMS)
    parts: list[tuple[str, str]] = []
    count = rng.randint(5, 10)
    while len(parts) < count:
        x, y, keys = LINES[title][0](rng)
        if any(map(is_held, keys)):
            continue
        before = " " if not parts else "\n"
        parts.append((before + form.split("{y}")[0].format(x=x).rstrip(), " " + y))
    return ((f"\n\nHuman: {title}\n\nAssistant:" + parts[0][0], parts[0][1]), *parts[1:])


MATERIAL = tuple(word for pool in POOLS for word in pool) + SPELLED + NUMBER_WORDS + WORDS


def copying(rng: Random) -> tuple[tuple[str, str], ...]:
    """A long line of words, numbers or letters, and the same again."""
    kind = rng.random()
    if kind < 0.5:
        items = [rng.choice(MATERIAL) for _ in range(rng.randint(4, 16))]
    elif kind < 0.75:
        items = [str(rng.randint(0, 99)) for _ in range(rng.randint(4, 10))]
    else:
        items = [f'"{rng.choice(SPELLED)}"' for _ in range(rng.randint(2, 6))]
    line = rng.choice((" ", ", ")).join(items)
    ask = rng.choice(("Copy", "Repeat", "Say", "Write", "Again"))
    return ((f"\n\nHuman: {ask}: {line}\n\nAssistant:", " " + line),)
