"""Following a pattern that the prompt gives by examples."""

from random import Random

from ..case import Case, is_held
from ..facts import SPELLED
from .knowledge import RELATIONS
from .lists import short_word

RULES = {
    "+1": lambda n: n + 1, "+2": lambda n: n + 2, "+3": lambda n: n + 3, "+5": lambda n: n + 5, "+10": lambda n: n + 10, "-1": lambda n: n - 1, "same": lambda n: n,
}
FORMS = (
    ("{x} -> {y}", "\n"), ("{x}: {y}", "\n"), ("{x} => {y}", "\n"), ("{x} = {y}", "\n"), ("{x} becomes {y}", "\n"), ("{x} - {y}", "\n"), ("{x}, {y}", "\n"),
    ("Input: {x}\nOutput: {y}", "\n"), ("Q: {x}\nA: {y}", "\n"), ("{x} -> {y}", "; "), ("Word: {x}\nAnswer: {y}", "\n\n"),
)
LEADS = ("", "", "", "Complete the pattern:\n", "Go on:\n", "Follow the examples.\n", "Continue:\n")


def pairs_of(rng: Random, kind: str, count: int) -> list[tuple[str, str]]:
    """So many pairs of one rule."""
    if kind in RELATIONS:
        return rng.sample(RELATIONS[kind][1], count)
    if kind in RULES:
        return [(str(n), str(RULES[kind](n))) for n in rng.sample(range(1, 90), count)]
    if kind == "capitals":
        return [(f'"{word}"', word.upper()) for word in (short_word(rng, 7) for _ in range(count))]
    if kind == "length":
        return [(f'"{word}"', str(len(word))) for word in rng.sample(SPELLED, count)]
    return [(word, f"{word} {word}") for word in rng.sample(SPELLED, count)]


def in_prompt(rng: Random, pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    """All in one human turn, the last answer left open."""
    form, between = rng.choice(FORMS)
    shown = [form.format(x=x, y=y) for x, y in pairs[:-1]]
    open_end = form.split("{y}")[0].format(x=pairs[-1][0]).rstrip()
    return (rng.choice(LEADS) + between.join([*shown, open_end]),), pairs[-1][1]


def in_turns(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    """One example a turn."""
    said = [part for pair in pairs for part in pair]
    return tuple(said[:-1]), said[-1]


def fewshot(rng: Random, held: bool) -> Case:
    """The rule and the word asked for decide the split."""
    kinds = (*RELATIONS, *RULES, "capitals", "length", "twice")
    while True:
        kind = rng.choices(kinds, [3] * len(RELATIONS) + [1] * len(RULES) + [2, 1, 2])[0]
        pairs = pairs_of(rng, kind, rng.randint(3, 5))
        key = f"pattern {kind}: {pairs[-1][0]}"
        if is_held(key) == held:
            break
    turns, answer = in_turns(pairs) if rng.random() < 0.25 else in_prompt(rng, pairs)
    return Case("few-shot", key, turns, answer, held=held)
