"""The training stream: cases of all skills and pieces of prose, in proportion, endless and seeded."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from .case import Case
from .prose import Prose
from .skills import MEASURED, UNMEASURED

WEIGHTS = {
    "arithmetic": 20, "counting": 12, "knowledge": 12, "lists": 20, "instructions": 12, "memory": 7, "prefill": 8, "few-shot": 9,
    "unknown": 6, "talk": 4, "reply": 2, "story": 1.5, "prose": 3,
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


def of_case(rng: Random, case: Case) -> Sample:
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
            yield of_case(rng, makers[name](rng, False))
