"""Continuing an answer that was begun: only what is still missing, nothing of the beginning."""

import json
from random import Random

from ..case import Case, is_held
from ..facts import ANIMALS, CATEGORIES, COLOURS, DAYS, FOODS, MONTHS, NAMES, NUMBER_WORDS
from .instructions import JSON_ASK, propose_json
from .knowledge import RELATIONS
from .lists import OBJECTS, SUBJECTS, VERBS


def fact(rng: Random, held: bool) -> Case:
    while True:
        relation = rng.choice(tuple(RELATIONS))
        phrasings, pairs, sentence = RELATIONS[relation]
        x, y = rng.choice(pairs)
        key = f"begun: {relation} of {x}"
        if is_held(key) == held:
            break
    question = phrasings.choose(rng, held).format(x=x)
    full = sentence.format(x=x, y=y)
    begin, end = full[: full.rindex(y)].strip(), y + "."
    return Case("prefill", key, (question[0].upper() + question[1:],), end, prefill=begin[0].upper() + begin[1:], held=held)


SERIES = (DAYS, MONTHS, tuple(map(str, range(1, 31))), NUMBER_WORDS[1:], tuple("abcdefghijklmnopqrstuvwxyz"))
COUNT_ASK = ("Count from {a} to {b}.", "Go from {a} to {b}.", "List everything from {a} to {b}.", "Write {a} to {b}.")
COUNT_HELD = ("Please count from {a} to {b}.", "Write the list from {a} to {b}.")


def series(rng: Random, held: bool) -> Case:
    """`Count from 3 to 8.` begun with `3, 4, 5,`; the ends and the place where it was cut decide the split."""
    while True:
        whole = rng.choice(SERIES)
        start = rng.randrange(len(whole) - 3)
        stop = min(start + rng.randint(3, 8), len(whole) - 1)
        cut = rng.randint(start, stop - 1)
        key = f"series {whole[start]} to {whole[stop]} cut after {whole[cut]}"
        if is_held(key) == held:
            break
    begin = ", ".join(whole[start : cut + 1]) + ","
    question = rng.choice(COUNT_HELD if held else COUNT_ASK).format(a=whole[start], b=whole[stop])
    return Case("prefill", key, (question,), ", ".join(whole[cut + 1 : stop + 1]), prefill=begin, held=held)


def begun_json(rng: Random, held: bool) -> Case:
    while True:
        case = propose_json(rng)
        if is_held("begun " + case.key) == held:
            break
    values = json.loads(case.answer)
    begin = rng.choice(("{", '{"', '{"name":'))
    if rng.random() < 0.4:
        begin = f'{{"name": "{values["name"]}",'
    question = JSON_ASK.choose(rng, held).format(f=case.turns[0], k=case.turns[1])
    return Case("prefill", "begun " + case.key, (question,), case.answer[len(begin) :].strip(), prefill=begin, held=held)


def copy(rng: Random, held: bool) -> Case:
    """Repeat a sentence or a list whose beginning is already there."""
    while True:
        if rng.random() < 0.5:
            text = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}"
        else:
            text = ", ".join(rng.sample(rng.choice((ANIMALS, COLOURS, FOODS, NAMES, CATEGORIES["fruit"])), rng.randint(3, 5)))
        words = text.split()
        cut = rng.randint(1, len(words) - 1)
        if is_held(f"copy {cut} of {text}") == held:
            break
    ask = rng.choice(("Repeat exactly: {x}", "Please repeat this: {x}") if held else ("Repeat after me: {x}", "Say this: {x}", "Repeat this: {x}", "Copy this: {x}"))
    return Case("prefill", f"copy {cut} of {text}", (ask.format(x=text),), " ".join(words[cut:]), prefill=" ".join(words[:cut]), held=held)


def own_name(rng: Random, held: bool) -> Case:
    ask = rng.choice(("Hello", "Hi!", "Good morning.", "Who are you?", "What is your name?", "Introduce yourself."))
    begin = rng.choice(("Hello, my name is", "My name is", "Hi! My name is", "I am called", "They call me", "Good day. My name is"))
    return Case("reply", "own name", (ask,), "Continuo.", prefill=begin, held=held)


def prefill(rng: Random, held: bool) -> Case:
    makers = [fact, series, begun_json, copy] if held else [fact, series, begun_json, copy, own_name]
    return rng.choices(makers, [4, 2, 2, 2, 0.5][: len(makers)])[0](rng, held)
