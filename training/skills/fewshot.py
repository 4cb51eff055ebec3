"""Following a pattern that the prompt gives by examples."""

from functools import cache
from random import Random

from ..case import Case, is_held
from ..facts import SPELLED
from .knowledge import RELATIONS
from ..words import WORDS
from .lists import short_word

RULES = {
    "+1": lambda n: n + 1, "+2": lambda n: n + 2, "+3": lambda n: n + 3, "+5": lambda n: n + 5, "+10": lambda n: n + 10, "-1": lambda n: n - 1, "same": lambda n: n,
}
FORMS = (
    ("{x} -> {y}", "\n"), ("{x}: {y}", "\n"), ("{x} => {y}", "\n"), ("{x} = {y}", "\n"), ("{x} becomes {y}", "\n"), ("{x} - {y}", "\n"), ("{x}, {y}", "\n"),
    ("Input: {x}\nOutput: {y}", "\n"), ("Q: {x}\nA: {y}", "\n"), ("{x} -> {y}", "; "), ("Word: {x}\nAnswer: {y}", "\n\n"),
)
LEADS = ("", "", "", "Complete the pattern:\n", "Go on:\n", "Follow the examples.\n", "Continue:\n")


TAUGHT = {f"{step:+}": step for step in (*range(-9, 0), *range(1, 13), 15, 20)}
"""Rules on numbers in training: many, so that the examples have to be read."""

LETTERS = {"capitals": str.upper, "reversed": lambda word: word[::-1], "first letter": lambda word: word[0], "last letter": lambda word: word[-1]}
COPIES = {"twice": lambda word: f"{word} {word}", "same word": lambda word: word, "quoted": lambda word: f'"{word}"', "capitalised": str.capitalize}
ANY_WORD = tuple(dict.fromkeys((*SPELLED, *WORDS)))

KINDS = (*RELATIONS, *RULES, "capitals", "length", "twice")
SHARES = [3] * len(RELATIONS) + [1] * len(RULES) + [2, 1, 2]
TRAINED = {kind: 2.0 for kind in RELATIONS} | {kind: 0.12 for kind in TAUGHT} | {kind: 2.8 for kind in RULES} | {
    "capitals": 1.2, "reversed": 0.5, "first letter": 0.3, "last letter": 0.3, "length": 0.8, "twice": 4.0, "same word": 1.5, "quoted": 0.6, "capitalised": 0.8,
}
"""How often training chooses each kind."""


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


@cache
def taught_numbers(kind: str) -> tuple[int, ...]:
    """The numbers on which training shows a rule: none that makes a held-out sum or difference, or a held-out pattern."""
    step = TAUGHT.get(kind, 0)
    asked = (lambda n: f"{n} less {-step}") if step < 0 else (lambda n: f"sum of {min(n, step)} and {max(n, step)}")
    return tuple(n for n in range(max(0, -step), 100) if not (step and is_held(asked(n))) and not is_held(f"pattern {kind}: {n}"))


def touched(kind: str, x: str) -> tuple[str, ...]:
    """The keys of held-out cases that a pair would give away, of this skill and of others."""
    elsewhere = {"capitals": "upper-case: ", "reversed": "reverse word: ", "length": "letters of "}
    return (f"pattern {kind}: {x}", *(elsewhere[kind] + x.strip('"') for _ in range(kind in elsewhere)))


def taught_pairs(rng: Random, kind: str, count: int) -> list[tuple[str, str]]:
    """Pairs for training, of more rules and words than the evaluation asks for; none of them is held out."""
    if kind == "same" or kind in TAUGHT:
        return [(str(n), str(n + TAUGHT.get(kind, 0))) for n in rng.sample(taught_numbers(kind), count)]
    found: dict[str, str] = {}
    while len(found) < count:
        if kind in LETTERS:
            word = short_word(rng, 7)
            x, y = f'"{word}"', LETTERS[kind](word)
        elif kind in COPIES:
            x = rng.choice(ANY_WORD)
            y = COPIES[kind](x)
        else:
            ((x, y),) = pairs_of(rng, kind, 1)
        if not any(map(is_held, touched(kind, x))):
            found[x] = y
    return list(found.items())


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
    if not held:
        return taught(rng)
    while True:
        kind = rng.choices(KINDS, SHARES)[0]
        pairs = pairs_of(rng, kind, rng.randint(3, 5))
        key = f"pattern {kind}: {pairs[-1][0]}"
        if is_held(key):
            break
    turns, answer = in_turns(pairs) if rng.random() < 0.25 else in_prompt(rng, pairs)
    return Case("few-shot", key, turns, answer, held=held)


def taught(rng: Random) -> Case:
    kind = rng.choices(tuple(TRAINED), TRAINED.values())[0]
    pairs = taught_pairs(rng, kind, rng.randint(3, 5))
    turns, answer = in_turns(pairs) if rng.random() < 0.25 else in_prompt(rng, pairs)
    return Case("few-shot", f"pattern {kind}: {pairs[-1][0]}", turns, answer)


def step_of(kind: str) -> str:
    """A rule on numbers in words."""
    step = TAUGHT.get(kind, 0)
    return f"Add {step}." if step > 0 else f"Take away {-step}." if step else "The same number."


def patterns(rng: Random) -> tuple[tuple[str, str], ...]:
    """A long pattern, for training only: after two examples every answer is learned, line by line or turn by turn.

    Of a rule on numbers the halves are taught apart as well: to do what the rule says where it is told, and to tell the
    rule at the end.
    """
    kind = rng.choices(tuple(TRAINED), TRAINED.values())[0]
    pairs = taught_pairs(rng, kind, rng.randint(6, 9))
    lead = rng.choice(LEADS).strip() or "Go on"
    if kind == "same" or kind in TAUGHT:
        lead = step_of(kind) if rng.random() < 0.2 else lead
        pairs += [("Rule", kind)] * (rng.random() < 0.4)
    if rng.random() < 0.5 and lead in map(str.strip, (*LEADS, "Go on")):
        texts = [(f"\n\nHuman: {x}\n\nAssistant:", " " + y) for x, y in pairs]
    else:
        form, between = rng.choice(FORMS)
        before, after = form.split("{y}")
        texts = [((between if at else " ") + before.format(x=x).rstrip(), " " + y + after) for at, (x, y) in enumerate(pairs)]
        texts[0] = (f"\n\nHuman: {lead}\n\nAssistant:" + texts[0][0], texts[0][1])
    given = "".join(part for text in texts[:2] for part in text)
    return ((given + texts[2][0], texts[2][1]), *texts[3:])
