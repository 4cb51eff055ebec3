"""Handling words and lists: repeat, reverse, upper-case, sort, pick the longest, the largest, the smallest, the first, the last."""

from random import Random

from ..case import Case, Maker, Phrasings, by_key
from ..facts import ANIMALS, CATEGORIES, COLOURS, FOODS, NAMES, SPELLED
from .counting import invented

WAYS = {
    "repeat": Phrasings(
        train=("Repeat after me: {x}", "Say this: {x}", "Repeat this: {x}", "Write exactly this: {x}", "Say exactly: {x}", "Copy this: {x}", "Please say: {x}", "Echo: {x}"),
        held=("Repeat exactly: {x}", "Please repeat this: {x}", "Copy exactly this: {x}"),
    ),
    "reverse word": Phrasings(
        train=('Reverse the word "{x}".', 'Spell "{x}" backwards.', 'Write "{x}" backwards.', 'Reverse "{x}".', 'Turn the word "{x}" around.', 'What is "{x}" spelled backwards?', 'Write the letters of "{x}" in reverse order.'),
        held=('Write the word "{x}" backwards.', 'What is "{x}" backwards?', 'Please reverse the word "{x}".'),
    ),
    "reverse list": Phrasings(
        train=("Reverse this list: {x}", "Reverse the order: {x}", "Write this list backwards: {x}", "Give these in reverse order: {x}", "Turn this list around: {x}", "Reverse: {x}"),
        held=("Write this list in reverse order: {x}", "Please reverse this list: {x}"),
    ),
    "upper-case": Phrasings(
        train=('Write "{x}" in capital letters.', 'Write "{x}" in upper case.', 'Put "{x}" in capitals.', 'Make "{x}" upper-case.', 'Uppercase "{x}".', 'Write the word "{x}" in capitals.', 'Turn "{x}" into capital letters.', 'Change "{x}" to upper case.'),
        held=('Write the word "{x}" in capital letters.', 'Put the word "{x}" in upper case.', 'Please write "{x}" in capitals.'),
    ),
    "sort numbers": Phrasings(
        train=("Sort these numbers: {x}", "Put these numbers in order: {x}", "Sort: {x}", "Sort from smallest to largest: {x}", "Order these numbers: {x}", "Arrange in order: {x}"),
        held=("Sort this list of numbers: {x}", "Please sort these numbers: {x}", "Put these numbers in order, smallest first: {x}"),
    ),
    "sort letters": Phrasings(
        train=("Sort these letters: {x}", "Put these letters in order: {x}", "Sort the letters: {x}", "Order these letters: {x}", "Put in alphabetical order: {x}"),
        held=("Please sort these letters: {x}", "Put these letters in alphabetical order: {x}"),
    ),
    "longest": Phrasings(
        train=("Which word is the longest: {x}?", "Which word is longest: {x}?", "Pick the longest word: {x}.", "What is the longest word: {x}?", "Name the longest of these words: {x}.", "The longest word of {x}?"),
        held=("Which is the longest word: {x}?", "Pick the longest of these words: {x}.", "Find the longest word: {x}."),
    ),
    "shortest": Phrasings(
        train=("Which word is the shortest: {x}?", "Which word is shortest: {x}?", "Pick the shortest word: {x}.", "What is the shortest word: {x}?", "Name the shortest of these words: {x}.", "The shortest word of {x}?"),
        held=("Which is the shortest word: {x}?", "Pick the shortest of these words: {x}.", "Find the shortest word: {x}."),
    ),
    "largest": Phrasings(
        train=("Which number is the largest: {x}?", "Which number is largest: {x}?", "Pick the largest number: {x}.", "What is the largest number: {x}?", "Which is the biggest number: {x}?", "Name the largest of {x}.", "Largest: {x}?"),
        held=("Which is the largest number: {x}?", "Pick the largest of these numbers: {x}.", "Find the largest number: {x}."),
    ),
    "smallest": Phrasings(
        train=("Which number is the smallest: {x}?", "Which number is smallest: {x}?", "Pick the smallest number: {x}.", "What is the smallest number: {x}?", "Name the smallest of {x}.", "Smallest: {x}?"),
        held=("Which is the smallest number: {x}?", "Pick the smallest of these numbers: {x}.", "Find the smallest number: {x}."),
    ),
    "first": Phrasings(
        train=("What is the first word: {x}?", "Which comes first in this list: {x}?", "Give the first item: {x}.", "Name the first of {x}.", "First item of {x}?"),
        held=("What is the first item: {x}?", "Give the first word of this list: {x}."),
    ),
    "last": Phrasings(
        train=("What is the last word: {x}?", "Which comes last in this list: {x}?", "Give the last item: {x}.", "Name the last of {x}.", "Last item of {x}?"),
        held=("What is the last item: {x}?", "Give the last word of this list: {x}."),
    ),
}
SUBJECTS = ("the cat", "a dog", "my friend", "the old man", "the king", "a bird", "the girl", "the wind", "our teacher", "the red fox", "a small boy", "the moon")
VERBS = ("sees", "likes", "finds", "hears", "wants", "loves", "knows", "has", "takes", "draws")
OBJECTS = ("the sea", "a green tree", "the blue house", "an apple", "two books", "the garden", "a golden key", "the white horse", "good soup", "a long road")
POOLS = (ANIMALS, COLOURS, FOODS, NAMES, CATEGORIES["fruit"], CATEGORIES["tool"], CATEGORIES["drink"])


def some_words(rng: Random, low: int, high: int) -> list[str]:
    return rng.sample(rng.choice(POOLS), rng.randint(low, high))


def repeat(rng: Random) -> tuple[str, str]:
    text = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}"
    if rng.random() < 0.3:
        text = ", ".join(some_words(rng, 2, 5))
    elif rng.random() < 0.2:
        text = " ".join(str(rng.randint(0, 99)) for _ in range(rng.randint(2, 5)))
    return text, text


def short_word(rng: Random, high: int) -> str:
    if rng.random() < 0.5:
        return invented(rng, 3, high)
    return rng.choice([word for word in SPELLED if len(word) <= high])


def reverse_word(rng: Random) -> tuple[str, str]:
    word = short_word(rng, 6)
    return word, word[::-1]


def reverse_list(rng: Random) -> tuple[str, str]:
    words = some_words(rng, 2, 5)
    return ", ".join(words), ", ".join(reversed(words))


def upper_case(rng: Random) -> tuple[str, str]:
    word = short_word(rng, 9)
    return word, word.upper()


def sort_numbers(rng: Random) -> tuple[str, str]:
    numbers = rng.sample(range(100), rng.randint(3, 4))
    return ", ".join(map(str, numbers)), ", ".join(map(str, sorted(numbers)))


def sort_letters(rng: Random) -> tuple[str, str]:
    letters = rng.sample("abcdefghijklmnopqrstuvwxyz", rng.randint(3, 5))
    return ", ".join(letters), ", ".join(sorted(letters))


def by_length(rng: Random, longest: bool) -> tuple[str, str]:
    """Lengths differ by two or more, so that the answer is plain."""
    while True:
        words = rng.sample(SPELLED, 3)
        ranked = sorted(words, key=len, reverse=longest)
        if abs(len(ranked[0]) - len(ranked[1])) >= 2:
            return ", ".join(words), ranked[0]


def extreme(rng: Random, largest: bool) -> tuple[str, str]:
    numbers = rng.sample(range(100), rng.randint(2, 5))
    return ", ".join(map(str, numbers)), str(max(numbers) if largest else min(numbers))


def at_end(rng: Random, last: bool) -> tuple[str, str]:
    words = some_words(rng, 2, 6)
    return ", ".join(words), words[-1 if last else 0]


TASKS = {
    "repeat": (repeat, 2), "reverse word": (reverse_word, 4), "reverse list": (reverse_list, 3), "upper-case": (upper_case, 2),
    "sort numbers": (sort_numbers, 4), "sort letters": (sort_letters, 3),
    "longest": (lambda rng: by_length(rng, True), 2), "shortest": (lambda rng: by_length(rng, False), 1),
    "largest": (lambda rng: extreme(rng, True), 2), "smallest": (lambda rng: extreme(rng, False), 2),
    "first": (lambda rng: at_end(rng, False), 1), "last": (lambda rng: at_end(rng, True), 1),
}
"""Each task: what makes an input and its answer, and its weight."""


def task(name: str) -> Maker:
    """The input decides the split; the evaluation's phrasings are new as well."""

    def propose(rng: Random) -> Case:
        given, answer = TASKS[name][0](rng)
        return Case("lists", f"{name}: {given}", (given,), answer)

    def make(rng: Random, held: bool) -> Case:
        case = by_key(propose)(rng, held)
        question = WAYS[name].choose(rng, held).format(x=case.turns[0])
        if not held and case.turns[0] in SPELLED and rng.random() < 0.2:
            question = question.replace('"', "")
        return Case("lists", case.key, (question,), case.answer, held=held)

    return make


def lists(rng: Random, held: bool) -> Case:
    names = tuple(TASKS)
    return task(rng.choices(names, [TASKS[name][1] for name in names])[0])(rng, held)


def spell(rng: Random, held: bool) -> Case:
    """Spelling known words, for training only: so that words without quotes have letters too."""
    word = rng.choice(SPELLED)
    ask = rng.choice(("Spell {x}.", "Spell the word {x}.", "How do you spell {x}?", "Write {x} in quotes.", "Quote the word {x}."))
    answer = f'"{word}"' if "uot" in ask else "-".join(word)
    return Case("spell", "spell", (ask.format(x=word),), answer, held=held)
