"""The training stream: cases of all skills and pieces of prose, in proportion, endless and seeded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from .case import Case, Maker
from .prose import Prose
from .skills import MEASURED, UNMEASURED

WEIGHTS = {
    "arithmetic": 20, "counting": 12, "knowledge": 12, "lists": 20, "instructions": 12, "memory": 7, "prefill": 8, "few-shot": 9,
    "unknown": 6, "talk": 4, "reply": 2, "spell": 2, "story": 1.5, "prose": 3,
}
"""How often each kind of text is drawn; hard skills more often than easy ones."""


@dataclass(frozen=True)
class Sample:
    """A text in two parts: the model learns to write the second after the first, then to end its turn."""

    kind: str
    given: str
    written: str
    ends: bool = True


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

LONG_TALK = 0.06
"""Share of cases that come at the end of a longer conversation."""


def talked(rng: Random, case: Case, makers: dict[str, Maker]) -> Case:
    """The case after other questions and answers, few or, seldom, as many as the context holds."""
    count = rng.randint(20, 45) if rng.random() < 0.04 else rng.randint(1, 4)
    earlier: list[str] = []
    while len(earlier) < 2 * count:
        other = makers[rng.choice(EARLIER)](rng, False)
        if not (other.system or other.prefill or len(other.turns) > 1):
            earlier += [other.turns[0], other.answer]
    return replace(case, turns=(*earlier, *case.turns))


EARLIER = ("arithmetic", "counting", "knowledge", "knowledge", "lists", "unknown", "talk")


def of_case(rng: Random, case: Case, makers: dict[str, Maker]) -> Sample:
    if not case.system and rng.random() < 0.06:
        case = replace(case, system=rng.choice(NEUTRAL))
    if case.skill != "story" and rng.random() < LONG_TALK:
        case = talked(rng, case, makers)
    prompt = case.prompt() if case.prefill else careless(rng, case.prompt())
    return Sample(case.skill, prompt, case.completion())


def samples(seed: int, prose: Prose, longest: int = 160) -> Iterator[Sample]:
    """Samples without end; `longest` bounds a piece of prose, in words."""
    rng = Random(seed)
    makers = {name: maker for name, (maker, _) in MEASURED.items()} | UNMEASURED
    names = tuple(WEIGHTS)
    for name in iter(lambda: rng.choices(names, [WEIGHTS[n] for n in names])[0], None):
        if name == "prose":
            given, written, ends = prose.piece(rng, longest)
            yield Sample("prose", given, written, ends)
        else:
            yield of_case(rng, makers[name](rng, False), makers)
