"""The training stream: cases of all skills and pieces of prose, in proportion, endless and seeded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from .case import Case, Maker
from .prose import Prose
from .skills import MEASURED, UNMEASURED
from .skills.drill import copying, drill
from .skills.fewshot import patterns

WEIGHTS = {
    "arithmetic": 8, "counting": 12, "knowledge": 5, "lists": 7, "instructions": 18, "memory": 4, "prefill": 5, "few-shot": 14,
    "unknown": 6, "talk": 2, "reply": 1.5, "spell": 1, "story": 1.5, "prose": 2.5, "drill": 16, "patterns": 11, "copying": 3,
    "composed": 90, "systems": 30, "begun": 30, "follow-up": 6,
}
"""How often each kind of text is chosen; hard skills more often than easy ones."""

EARLY = {"drill": 60, "copying": 80}
"""What comes more often at first and fades out: the easy before the hard."""

DRILLS = {"drill": drill, "copying": copying, "patterns": patterns}


@dataclass(frozen=True)
class Sample:
    """A text in parts: of each the model learns to write the second half after the first, and at the last to end its turn."""

    kind: str
    parts: tuple[tuple[str, str], ...]
    ends: bool = True

    @property
    def text(self) -> str:
        return "".join(given + written for given, written in self.parts)


def careless(rng: Random, prompt: str) -> str:
    """Some clients put line feeds or spaces where the documented form has none."""
    roll = rng.random()
    if roll < 0.015:
        return prompt.replace("\n\nHuman: ", "\n\nHuman:\n").replace("\n\nAssistant:", "\n\n\nAssistant:")
    if roll < 0.03:
        return prompt.replace("\n\nAssistant:", " \n\nAssistant:")
    if roll < 0.04:
        return prompt.replace("\n\nHuman: ", "\n\nHuman:  ")
    if roll < 0.05:
        return prompt.replace("\n\nHuman: ", "\n\nHuman:")
    return prompt


NEUTRAL = (
    "You are a helpful assistant.", "Be brief.", "You are an assistant.", "Help the user.", "Answer the questions.", "Be friendly.",
    "You answer questions.", "Today is a fine day.", "Be honest.", "You are Continuo.", "Answer well.", "You are talking to a friend.",
)
"""System texts that change no answer."""

LONG_TALK = 0.1
"""Share of cases that come at the end of a longer conversation."""

EARLIER = ("arithmetic", "arithmetic", "counting", "knowledge", "knowledge", "lists", "lists", "unknown", "talk", *["composed"] * 5)


def earlier(rng: Random, makers: dict[str, Maker]) -> list[tuple[str, str]]:
    """Questions and answers that went before, few or, seldom, as many as the context holds; they are learned too."""
    wanted = rng.randint(20, 45) if rng.random() < 0.02 else rng.randint(1, 4)
    found: list[tuple[str, str]] = []
    while len(found) < wanted:
        case = makers[rng.choice(EARLIER)](rng, False)
        if not (case.system or case.prefill or len(case.turns) > 1):
            found.append((case.prompt(), case.completion()))
    return found


def of_case(rng: Random, case: Case, makers: dict[str, Maker]) -> Sample:
    if case.skill != "story" and not case.system and rng.random() < LONG_TALK:
        return Sample(case.skill, (*earlier(rng, makers), (case.prompt(), case.completion())))
    if not case.system and rng.random() < 0.06:
        case = replace(case, system=rng.choice(NEUTRAL))
    prompt = case.prompt() if case.prefill else careless(rng, case.prompt())
    return Sample(case.skill, ((prompt, case.completion()),))


def samples(seed: int, prose: Prose, longest: int = 160, fading: int = 40_000) -> Iterator[Sample]:
    """Samples without end; `longest` bounds a piece of prose, in words, and `fading` is how many samples the beginning lasts."""
    rng = Random(seed)
    makers = {name: maker for name, (maker, _) in MEASURED.items()} | UNMEASURED
    names = tuple(WEIGHTS)
    for index in count():
        early = max(0.0, 1 - index / fading) if fading else 0.0
        name = rng.choices(names, [WEIGHTS[n] + early * EARLY.get(n, 0) for n in names])[0]
        if name == "prose":
            given, written, ends = prose.piece(rng, longest)
            yield Sample("prose", ((given, written),), ends)
        elif name in DRILLS:
            yield Sample(name, DRILLS[name](rng))
        else:
            yield of_case(rng, makers[name](rng, False), makers)
