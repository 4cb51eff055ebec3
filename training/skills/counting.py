"""Counting letters and items up to 12; the next and the previous number, letter, day and month."""

from random import Random

from ..case import Case, Phrasings, by_key, courteous, is_held
from ..facts import ANIMALS, CATEGORIES, COLOURS, DAYS, FOODS, MONTHS, NAMES, SPELLED

LETTERS = Phrasings(
    train=(
        'How many letters are in "{w}"?', 'How many letters does "{w}" have?', 'Count the letters in "{w}".',
        'How many letters are there in the word "{w}"?', 'Count the letters of the word "{w}".', 'How long is the word "{w}"?',
        'The word "{w}" has how many letters?', 'Number of letters in "{w}"?', 'Tell me how many letters "{w}" has.',
    ),
    held=('How many letters are in the word "{w}"?', 'How many letters does the word "{w}" have?', 'Please count the letters in "{w}".'),
)
ITEMS = Phrasings(
    train=(
        "How many items are in this list: {l}?", "How many items are in the list {l}?", "Count these: {l}.", "Count the items: {l}.",
        "How many things are these: {l}?", "How many words are in this list: {l}?", "How many are there: {l}?", "{l}. How many is that?",
        "Here is a list: {l}. How many items does it have?", "Count the words: {l}.", "How many names are in the list: {l}?",
    ),
    held=("How many items does this list have: {l}?", "Count the items in this list: {l}.", "How many are in this list: {l}?"),
)
OCCURRENCES = Phrasings(
    train=(
        "How many times does {w} occur: {l}?", "How often does {w} occur in this list: {l}?", "How many times is {w} in the list: {l}?",
        "Count {w} in: {l}.", "How often is {w} in this list: {l}?", "How many times do you see {w} in the list: {l}?", "How often does {w} come up: {l}?",
    ),
    held=("How many times does {w} occur in this list: {l}?", "How often is {w} in the list: {l}?"),
)
NEXT = Phrasings(
    train=(
        "What comes after {x}?", "What {k} comes after {x}?", "Which {k} follows {x}?", "What is the next {k} after {x}?",
        "Next {k} after {x}?", "Name the {k} after {x}.", "Which {k} comes right after {x}?", "What follows {x}?", "After {x} comes which {k}?",
        "Tell me the {k} that follows {x}.",
    ),
    held=("Which {k} comes after {x}?", "What is the {k} after {x}?", "Tell me the next {k} after {x}."),
)
PREVIOUS = Phrasings(
    train=(
        "What comes before {x}?", "What {k} comes before {x}?", "Which {k} is before {x}?", "What is the previous {k} before {x}?",
        "Name the {k} before {x}.", "Which {k} comes right before {x}?", "Before {x} comes which {k}?", "Tell me the {k} that is before {x}.",
        "What {k} is just before {x}?",
    ),
    held=("Which {k} comes before {x}?", "What is the {k} before {x}?", "Tell me the previous {k} before {x}."),
)
POOLS = (ANIMALS, COLOURS, FOODS, NAMES, CATEGORIES["fruit"], CATEGORIES["vegetable"], CATEGORIES["tool"], CATEGORIES["tree"])


def letters(rng: Random, held: bool) -> Case:
    while True:
        word = invented(rng) if rng.random() < 0.5 else rng.choice(SPELLED)
        if is_held("letters of " + word) == held:
            break
    question = LETTERS.choose(rng, held).format(w=word)
    if not held and word in SPELLED and rng.random() < 0.2:
        question = question.replace('"', "")
    return Case("counting", "letters of " + word, (question,), str(len(word)), held=held)


def invented(rng: Random, low: int = 2, high: int = 12) -> str:
    """A word that does not exist but can be spoken; it makes every length as frequent as any other."""
    length, vowel = rng.randint(low, high), rng.random() < 0.4
    word = ""
    while len(word) < length:
        word += rng.choice("aeiou" if vowel else "bcdfghjklmnprstvwz")
        vowel = not vowel if rng.random() < 0.85 else vowel
    return word


def propose_items(rng: Random) -> Case:
    pool = rng.choice(POOLS)
    items = rng.sample(pool, min(rng.randint(2, 12), len(pool)))
    listed = (" and " if rng.random() < 0.1 else ", ").join(items)
    return Case("counting", "items " + listed, (listed,), str(len(items)))


def items(rng: Random, held: bool) -> Case:
    case = by_key(propose_items)(rng, held)
    return Case("counting", case.key, (ITEMS.choose(rng, held).format(l=case.turns[0]),), case.answer, held=held)


def propose_occurrences(rng: Random) -> Case:
    word, *others = rng.sample(rng.choice(POOLS), 3)
    count = rng.randint(1, 5)
    listed = [word] * count + [rng.choice(others) for _ in range(rng.randint(0, 4))]
    rng.shuffle(listed)
    text = ", ".join(listed)
    return Case("counting", f"{word} among {text}", (word, text), str(count))


def occurrences(rng: Random, held: bool) -> Case:
    case = by_key(propose_occurrences)(rng, held)
    question = OCCURRENCES.choose(rng, held).format(w=case.turns[0], l=case.turns[1])
    return Case("counting", case.key, (question,), case.answer, held=held)


def neighbours(rng: Random, held: bool) -> Case:
    """Days, months and letters are few, so their phrasing decides the split; of numbers the number itself."""
    forward = rng.random() < 0.5
    phrasing = (NEXT if forward else PREVIOUS).choose(rng, held)
    kind = rng.choice(("number", "number", "day", "month"))
    if kind == "number":
        number = rng.randint(1, 100)
        while is_held(f"beside {number}") != held:
            number = rng.randint(1, 100)
        question, key = phrasing.format(k=kind, x=number), f"beside {number}"
        answer = str(number + (1 if forward else -1))
    else:
        series = DAYS if kind == "day" else MONTHS
        at = rng.randrange(len(series))
        question, key = phrasing.format(k=kind, x=series[at]), "phrasing: " + phrasing
        answer = series[(at + (1 if forward else -1)) % len(series)]
    return Case("counting", key, (question if held else courteous(rng, question),), answer, held=held)


def counting(rng: Random, held: bool) -> Case:
    shares = (4, 3, 1, 3) if held else (4, 3, 6, 2.5)
    return rng.choices((letters, items, occurrences, neighbours), shares)[0](rng, held)
