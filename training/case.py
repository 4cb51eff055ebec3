"""A case: one prompt with the one answer that is right, and the side of the split it belongs to."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

HELD_SHARE = 0.1
"""Share of the keys that training never sees."""


@dataclass(frozen=True)
class Case:
    """One dialogue that ends with an answer.

    `turns` alternates human and assistant and ends with a human turn. `key` names what the model must not
    have seen: operands, a list, a word, or the phrasing; the split is decided by it alone.
    """

    skill: str
    key: str
    turns: tuple[str, ...]
    answer: str
    system: str = ""
    prefill: str = ""
    held: bool = False

    def prompt(self) -> str:
        """The prompt as `POST /v1/complete` receives it."""
        text = self.system
        for index, turn in enumerate(self.turns):
            text += ("\n\nHuman: " if index % 2 == 0 else "\n\nAssistant: ") + turn
        return text + "\n\nAssistant:" + (" " + self.prefill if self.prefill else "")

    def completion(self) -> str:
        """What the model has to write after the prompt, before its end-of-turn token."""
        glued = self.prefill.endswith(('"', "{", "[", "(")) or self.answer[:1] in ",.!?" and bool(self.prefill)
        return self.answer if glued else " " + self.answer


Maker = Callable[[Random, bool], Case]
"""Makes a case of one skill: for training (False) or for the evaluation (True)."""


def is_held(key: str) -> bool:
    """The side of the split on which a key lies; the same on every machine and in every run."""
    digest = hashlib.blake2b(key.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") < HELD_SHARE * 2**32


def by_key(propose: Callable[[Random], Case]) -> Maker:
    """Turn a maker of any case into one that keeps to a side of the split, by choosing again."""

    def make(rng: Random, held: bool) -> Case:
        while True:
            case = propose(rng)
            if is_held(case.key) == held:
                return replace(case, held=held)

    return make


@dataclass(frozen=True)
class Phrasings:
    """Ways to ask the same thing: some for training, others kept for the evaluation."""

    train: tuple[str, ...]
    held: tuple[str, ...]

    def choose(self, rng: Random, held: bool) -> str:
        return rng.choice(self.held if held else self.train)


def courteous(rng: Random, text: str) -> str:
    """Now and then a little talk around a question, or a careless way of typing it."""
    roll = rng.random()
    if roll < 0.08:
        return rng.choice(BEFORE) + text
    if roll < 0.14:
        return text + rng.choice(AFTER)
    if roll < 0.20:
        return text[0].lower() + text[1:]
    if roll < 0.24 and text[-1] in ".?":
        return text[:-1]
    return text


BEFORE = (
    "Please answer this: ", "A question: ", "Hi! ", "Hello. ", "Quick question: ", "I have a question. ", "Help me: ",
    "Now, ", "Next question: ", "Question: ", "Can you help me? ", "So, ", "Well, ", "Another one: ",
)
AFTER = (" Thanks.", " Please.", " Thank you!", " Just the answer, please.", " I want to know.", " Thank you.")
