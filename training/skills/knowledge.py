"""Facts that it was taught, asked in many ways: opposites, plurals, past tense, categories, capitals."""

from random import Random

from ..case import Case, Phrasings, courteous
from ..facts import CAPITALS, CATEGORIES, OPPOSITES, PAST, PLURALS

OPPOSITE = Phrasings(
    train=(
        "What is the opposite of {x}?", 'What is the opposite of "{x}"?', "Opposite of {x}?", "Give me the opposite of {x}.",
        "Name the opposite of {x}.", "Which word is the opposite of {x}?", "What word means the opposite of {x}?", "{x} is the opposite of what?",
        "Tell me a word that is the opposite of {x}.", "The opposite of {x}?", "What would be the opposite of {x}?", 'The opposite of "{x}" is?',
        "If it is not {x}, it is the opposite. Which word is that?", "Find the opposite: {x}.", "What is the antonym of {x}?",
    ),
    held=("Tell me the opposite of {x}.", "What's the opposite of {x}?", "Do you know the opposite of {x}?", "I need the opposite of {x}."),
)
PLURAL = Phrasings(
    train=(
        "What is the plural of {x}?", 'What is the plural of "{x}"?', "Plural of {x}?", "Give me the plural of {x}.", "Name the plural of {x}.",
        "Write {x} in the plural.", "Make {x} plural.", "One {x}, two what?", "What is the plural form of {x}?", "What do you call two of a {x}? Give the plural.",
        "Put {x} into the plural.", "Write the plural: {x}.", "Which word is the plural of {x}?", "The plural of {x} is?",
    ),
    held=("Tell me the plural of {x}.", "What's the plural of {x}?", "Do you know the plural of {x}?", "I need the plural of {x}."),
)
PAST_TENSE = Phrasings(
    train=(
        "What is the past tense of {x}?", 'What is the past tense of "{x}"?', "Past tense of {x}?", "Give me the past tense of {x}.",
        "Put {x} into the past tense.", "Name the past tense of {x}.", "What is the past of {x}?", "Write {x} in the past tense.",
        "What is the past form of {x}?", "Today I {x}. What is the past tense?", "Write the past tense: {x}.", "Which word is the past tense of {x}?",
        "The past tense of {x} is?",
    ),
    held=("Tell me the past tense of {x}.", "What's the past tense of {x}?", "Do you know the past tense of {x}?", "I need the past tense of {x}."),
)
CATEGORY = Phrasings(
    train=(
        "What kind of thing is {x}?", "What category does {x} belong to?", "Which category is {x} in?", "What sort of thing is {x}?",
        "Name the category of {x}.", "{x} is a kind of what?", "To which group does {x} belong?", "What type of thing is {x}?", "Category of {x}?",
        "In which category would you put {x}?", "What sort of a thing do we call {x}?", "Give the category of {x}.",
    ),
    held=("Tell me what kind of thing {x} is.", "What category is {x}?", "Which kind of thing is {x}?", "Tell me the category of {x}."),
)
CAPITAL = Phrasings(
    train=(
        "What is the capital of {x}?", "Which city is the capital of {x}?", "Name the capital of {x}.", "Capital of {x}?", "Give me the capital of {x}.",
        "What is the capital city of {x}?", "What city is the capital of {x}?", "{x} has which capital?", "Tell me which city is the capital of {x}.",
        "What is {x}'s capital?", "Name the capital city of {x}.", "The capital of {x}?", "What do they call the capital of {x}?", "The capital of {x} is?",
    ),
    held=("Tell me the capital of {x}.", "What's the capital of {x}?", "Do you know the capital of {x}?", "I need the capital city of {x}."),
)
RELATIONS = {
    "opposite": (OPPOSITE, OPPOSITES, "The opposite of {x} is {y}."),
    "plural": (PLURAL, PLURALS, "The plural of {x} is {y}."),
    "past tense": (PAST_TENSE, PAST, "The past tense of {x} is {y}."),
    "category": (CATEGORY, tuple((item, name) for name, items in CATEGORIES.items() for item in items), "{x} is in the category {y}."),
    "capital": (CAPITAL, CAPITALS, "The capital of {x} is {y}."),
}
"""Name, ways to ask, pairs, and the fact as a sentence."""


TERSE = {
    "opposite": ("Opposite: {x}", "{x}: opposite?", "{x}, its opposite?", "Opposite word: {x}.", "{x}. Opposite?"),
    "plural": ("Plural: {x}", "{x}: plural?", "{x}, its plural?", "{x}. Plural?", "Two of them: {x}."),
    "past tense": ("Past tense: {x}", "{x}: past tense?", "{x}, its past tense?", "{x}. Past tense?", "Yesterday: {x}."),
    "category": ("Category: {x}", "{x}: category?", "{x}, its category?", "{x}. Category?", "Kind of thing: {x}."),
    "capital": ("Capital: {x}", "{x}: capital?", "{x}, its capital?", "{x}. Capital?", "Capital city: {x}."),
}
"""The same in note form, for training only."""


def knowledge(rng: Random, held: bool) -> Case:
    """Every fact is taught; the phrasing decides the split."""
    relation = rng.choices(tuple(RELATIONS), (3, 3, 3, 4, 3))[0]
    phrasings, pairs, _ = RELATIONS[relation]
    x, y = rng.choice(pairs)
    phrasing = rng.choice(TERSE[relation]) if not held and rng.random() < 0.35 else phrasings.choose(rng, held)
    question = phrasing.format(x=x).replace(" a a", " an a").replace(" a e", " an e").replace(" a i", " an i").replace(" a o", " an o")
    if not phrasing.startswith("{x}") or held or rng.random() < 0.5:
        question = question[0].upper() + question[1:]
    return Case("knowledge", "phrasing: " + phrasing, (question if held else courteous(rng, question),), y, held=held)
