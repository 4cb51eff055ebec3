"""Following the system text and the form asked for: a name, one word, a sentence, a list, JSON with given keys."""

import json
from random import Random

from ..case import Case, Phrasings, by_key, is_held
from ..facts import ANIMALS, CATEGORIES, CITIES, COLOURS, FOODS, JOBS, NAMES
from .knowledge import RELATIONS

PERSONA = Phrasings(
    train=(
        "You are {n}.", "You are {n}, a helpful assistant.", "You are {n}, the {j}.", "Your name is {n}.", "You are a {j} called {n}.",
        "You are called {n}.", "You are {n}. You help people.", "You are {n}. Be kind.", "You are {n}. Be brief.", "You are a friendly {j}. Your name is {n}.",
        "You play the part of {n}, a {j}.", "Act as {n}, the {j}.", "You are a kind {j} named {n}.", "You are a {j} named {n}.",
        "You are an old {j}, and your name is {n}.", "You are the {j} {n}.", "You are a clever {j} named {n}. Be brief.",
    ),
    held=("You are {n}, a {j}.", "You are {n}. You are a {j}.", "You are a helpful {j} named {n}.", "You are {n}. Be polite."),
)
WHO = ("What is your name?", "Who are you?", "What are you called?", "Tell me your name.", "May I ask your name?", "And your name is?", "Your name?")
WHO_HELD = ("What's your name?", "Please tell me your name.")
ONE_WORD = Phrasings(
    train=("Answer in one word.", "Answer with one word.", "Use one word only.", "Reply with a single word.", "One word answers only.", "Give one word."),
    held=("Answer in one word only.", "Reply in one word.", "Answer with a single word."),
)
SENTENCE = Phrasings(
    train=("Answer in a full sentence.", "Answer in full sentences.", "Use whole sentences.", "Reply with a full sentence.", "Give a complete sentence.", "Always answer in a full sentence."),
    held=("Answer with a full sentence.", "Reply in full sentences.", "Answer in a complete sentence."),
)
CAPITALS = Phrasings(
    train=("Answer in capital letters.", "Write everything in capitals.", "Reply in capital letters only.", "Always write in capital letters."),
    held=("Answer in capital letters only.", "Write only in capital letters."),
)
YES_NO = Phrasings(
    train=("Answer yes or no.", "Reply with yes or no.", "Answer only yes or no.", "Say yes or no."),
    held=("Answer with yes or no.", "Reply only yes or no."),
)
THREE = Phrasings(
    train=(
        "Name {c} {k}, separated by commas.", "Write {c} {k} with commas between them.", "List {c} {k}, separated by commas.", "Give {c} {k} with commas.",
        "{c} {k}, with commas, please.",
    ),
    held=("Give me {c} {k}, separated by commas.", "List {c} {k} with commas between them."),
)
NUMBERED = Phrasings(
    train=(
        "Make a numbered list: {l}.", "Write as a numbered list: {l}.", "Turn this into a numbered list: {l}.", "Numbered list of {l}, please.",
        "Put {l} into a numbered list.",
    ),
    held=("Write a numbered list: {l}.", "Make this a numbered list: {l}."),
)
BULLETS = Phrasings(
    train=("Make a bullet list: {l}.", "Write as a list with dashes: {l}.", "Turn this into a bullet list: {l}.", "Put {l} into a list with dashes."),
    held=("Write a bullet list: {l}.", "Make this a list with dashes: {l}."),
)
JSON_ASK = Phrasings(
    train=(
        "{f} Write this as JSON with the keys {k}.", "{f} Give JSON with the keys {k}.", "Write JSON with the keys {k}. {f}", "Put this into JSON with the keys {k}: {f}",
        "{f} Answer as JSON with the keys {k}.", "Make JSON with the keys {k} from this: {f}", "JSON with the keys {k}, please. {f}",
    ),
    held=("{f} Write JSON with the keys {k}.", "Turn this into JSON with the keys {k}: {f}", "Give this as JSON with the keys {k}. {f}"),
)
PLURAL_KINDS = {
    "animals": ANIMALS[:6], "colours": COLOURS[:6], "fruits": CATEGORIES["fruit"][:6], "tools": CATEGORIES["tool"][:6],
    "drinks": CATEGORIES["drink"][:6], "trees": CATEGORIES["tree"][:6], "metals": CATEGORIES["metal"][:6],
}
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}


def persona(rng: Random, held: bool) -> Case:
    """Asked for its name, it gives that of the system text; name and job together decide the split."""
    while True:
        name, job = rng.choice(NAMES), rng.choice(JOBS)
        if is_held(f"{name} the {job}") == held:
            break
    system = PERSONA.choose(rng, held).format(n=name, j=job)
    one_word = rng.random() < 0.5
    if one_word:
        system += " " + ONE_WORD.choose(rng, held)
    question = rng.choice(WHO_HELD if held else WHO)
    return Case("instructions", f"{name} the {job}", (question,), name if one_word else f"My name is {name}.", system, held=held)


def placed(rng: Random, instruction: str, question: str) -> tuple[str, str]:
    """The system text and the question: the instruction goes into either, at times beside a persona."""
    if rng.random() < 0.5:
        system = instruction
        if rng.random() < 0.4:
            system = f"You are {rng.choice(NAMES)}. {instruction}"
        return system, question
    return "", f"{question} {instruction}"


def form(rng: Random, held: bool) -> Case:
    """A fact in one word, in a sentence or in capitals; the fact and the form together decide the split."""
    name = rng.choices(("word", "sentence", "capitals"), (3, 3, 2) if held else (2, 4, 4))[0]
    while True:
        relation = rng.choice(tuple(RELATIONS))
        phrasings, pairs, sentence = RELATIONS[relation]
        x, y = rng.choice(pairs)
        key = f"{name}: {relation} of {x}"
        if " " not in y and is_held(key) == held:
            break
    question = phrasings.choose(rng, False).format(x=x)
    instruction = {"word": ONE_WORD, "sentence": SENTENCE, "capitals": CAPITALS}[name].choose(rng, held)
    system, asked = placed(rng, instruction, question[0].upper() + question[1:])
    full = sentence.format(x=x, y=y)
    answer = {"word": y, "sentence": full[0].upper() + full[1:], "capitals": y.upper()}[name]
    return Case("instructions", key, (asked,), answer, system, held=held)


ONE_WORD_KINDS = tuple(name for name in CATEGORIES if " " not in name)


def yes_no(rng: Random, held: bool) -> Case:
    while True:
        kind = rng.choice(("animal", "fruit", "colour", "bird", "tool", "country", "metal", "drink") if held else ONE_WORD_KINDS)
        own = rng.random() < 0.5
        others = ("animal", "fruit", "colour", "tool", "tree", "drink", "month") if held else ONE_WORD_KINDS
        source = kind if own else rng.choice([name for name in others if name != kind])
        item = rng.choice(CATEGORIES[source])
        if is_held(f"{item} {kind}") == held:
            break
    article = "an" if kind[0] in "aeiou" else "a"
    system, asked = placed(rng, YES_NO.choose(rng, held), f"Is {item} {article} {kind}?")
    return Case("instructions", f"{item} {kind}", (asked,), "Yes" if own else "No", system, held=held)


def propose_listing(rng: Random) -> tuple[str, list[str]]:
    words = rng.sample(rng.choice((ANIMALS, COLOURS, FOODS, NAMES, CATEGORIES["fruit"], CATEGORIES["tool"])), rng.randint(2, 4))
    return ", ".join(words), words


def listing(rng: Random, held: bool) -> Case:
    """Given words as a numbered list or with dashes."""
    while True:
        text, words = propose_listing(rng)
        if is_held("listing " + text) == held:
            break
    numbered = rng.random() < 0.5
    question = (NUMBERED if numbered else BULLETS).choose(rng, held).format(l=text)
    lines = [f"{index}. {word}" if numbered else f"- {word}" for index, word in enumerate(words, 1)]
    return Case("instructions", "listing " + text, (question,), "\n".join(lines), held=held)


def naming(rng: Random, held: bool) -> Case:
    """A number of things of a kind; always the same ones, so that there is one right answer."""
    phrasing = THREE.choose(rng, held)
    count, kind = rng.choice(tuple(COUNTS)), rng.choice(tuple(PLURAL_KINDS))
    question = phrasing.format(c=count, k=kind)
    answer = ", ".join(PLURAL_KINDS[kind][: COUNTS[count]])
    return Case("instructions", "phrasing: " + phrasing, (question[0].upper() + question[1:],), answer, held=held)


FIELDS = {
    "name": NAMES, "age": tuple(range(2, 100)), "city": CITIES, "colour": COLOURS, "animal": ANIMALS, "job": JOBS, "food": FOODS,
}
TELL = {
    "age": "{n} is {v} years old.", "city": "{n} lives in {v}.", "colour": "{n} likes {v}.", "animal": "{n} has a {v}.",
    "job": "{n} is a {v}.", "food": "{n} eats {v}.",
}


def propose_json(rng: Random) -> Case:
    name = rng.choice(NAMES)
    keys = rng.sample(tuple(TELL), rng.randint(1, 2))
    values = {"name": name} | {key: rng.choice(FIELDS[key]) for key in keys}
    fact = " ".join(TELL[key].format(n=name if index == 0 else "This person", v=values[key]) for index, key in enumerate(keys))
    return Case("instructions", "json " + fact, (fact, " and ".join([", ".join(f'"{key}"' for key in list(values)[:-1]), f'"{keys[-1]}"'])), json.dumps(values))


def as_json(rng: Random, held: bool) -> Case:
    case = by_key(propose_json)(rng, held)
    question = JSON_ASK.choose(rng, held).format(f=case.turns[0], k=case.turns[1])
    return Case("instructions", case.key, (question,), case.answer, held=held)


def instructions(rng: Random, held: bool) -> Case:
    shares = (3, 5, 2, 2, 1, 4) if held else (3, 8, 3, 2, 1, 3)
    return rng.choices((persona, form, yes_no, listing, naming, as_json), shares)[0](rng, held)
