"""Questions put together from parts: what is asked, how, with which words around it, and how it is typed.

A phrasing of a template is learned with its template. Parts that meet in ever new ways are learned as what they are.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from .case import Phrasings, is_held

NOUN_FRAMES = (
    "What is {x}?", "What is {x}?", "What is {x}?", "What's {x}?", "what's {x}", "Tell me {x}.", "Give me {x}.", "Can you tell me {x}?", "Could you tell me {x}?",
    "Do you know {x}?", "Say {x}.", "I want to know {x}.", "I would like to know {x}.", "I'd like to know {x}.", "I need {x}.", "{x}?", "{x}", "{x}:",
    "Please tell me {x}.", "Please give me {x}.", "What would {x} be?", "What might {x} be?", "Can you give me {x}?", "Name {x}.", "Tell me what {x} is.",
    "Do you know what {x} is?", "Can you tell me what {x} is?", "Could you say what {x} is?", "I forgot {x}.", "Remind me of {x}.", "Remind me what {x} is.",
    "Any idea what {x} is?", "Do you happen to know {x}?", "I wonder what {x} is.", "Let me know {x}.", "{x} is what?", "{x} =", "Would you tell me {x}?", "{x}, please",
)
"""Ways to ask for something that a noun names: "the capital of France", "7 times 8"."""

COMMAND_FRAMES = (
    "{x}.", "{x}.", "{x}", "{x}", "Please {x}.", "Please {x}.", "Can you {x}?", "Could you {x}?", "Would you {x}?", "Will you {x}?", "Can you please {x}?", "Could you please {x}?",
    "I want you to {x}.", "I would like you to {x}.", "I'd like you to {x}.", "{x} for me.", "Can you {x} for me?", "Now {x}.", "Try to {x}.", "Go ahead and {x}.", "You should {x}.",
    "Would you mind trying to {x}?", "Kindly {x}.", "Let me see you {x}.", "Help me: {x}.", "Show me that you can {x}.", "I need you to {x}.", "Your task: {x}.", "Just {x}.",
    "{x}, please.", "{x} please", "{x}!", "Are you able to {x}?", "Do me a favour and {x}.", "Let's see if you can {x}.", "Can u {x}",
)
"""Ways to ask for something that a verb names: "count to ten"."""

OPENERS = (
    "Hi! ", "Hello! ", "Hello, ", "Hi, ", "Hey, ", "Hey! ", "Hi there! ", "Hello Continuo, ", "Hey Continuo, ", "OK, ", "Okay, ", "So, ", "Well, ", "Now, ", "Quick question: ",
    "A question: ", "Question: ", "Next question: ", "I have a question. ", "One more: ", "Another one: ", "Please answer this: ", "Excuse me, ", "Good morning! ", "And ",
    "Let us try this: ", "Great. ", "Thanks! ", "Thank you. ", "Right, ", "First question: ", "Help me with this: ", "My son asks: ", "For school: ", "Good. ", "I am curious: ",
)
CLOSERS = (
    " Thanks.", " Thanks!", " Thank you.", " Thank you!", " Please.", " please", " thanks", ", please", " Just the answer, please.", " I want to know.", " Be quick.", " I forgot.",
    " My child asks.", " Do you know?", " It is for school.", " I am not sure.", " Take your time.", " Can you help?", ", thanks", " I need it.",
)


def typed(rng: Random, text: str) -> str:
    """The same with careless capitals and full stops."""
    roll = rng.random()
    if roll < 0.17:
        text = text[0].lower() + text[1:]
    elif roll < 0.22:
        text = text.lower()
    elif roll < 0.23:
        text = text.upper()
    elif roll < 0.8:
        text = text[0].upper() + text[1:]
    roll = rng.random()
    if roll < 0.22:
        return text.rstrip(".?!")
    if roll < 0.25:
        return text.rstrip(".?!") + rng.choice(("!", "??", "...", "?", " ?", "?!"))
    return text


def around(rng: Random, text: str) -> str:
    """Talk before or after it, in three of ten."""
    roll = rng.random()
    if roll < 0.15:
        opener = rng.choice(OPENERS)
        return opener + (text[0].lower() + text[1:] if opener.endswith((", ", "And ")) and rng.random() < 0.7 else text)
    if roll < 0.29:
        closer = rng.choice(CLOSERS)
        return (text.rstrip(".?!") if closer[1:2].islower() or closer[0] == "," else text) + closer
    return text


@dataclass(frozen=True)
class Ask:
    """Something to be asked, in the parts of which questions are made, and what is answered.

    `sentences` say the answer in full; an answer that was begun is the beginning of one of them.
    """

    answer: str
    nouns: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Keys of held-out cases that this would give away."""
    literal: bool = False
    """The question contains text that the answer repeats letter by letter."""

    def touches(self, held: Callable[[str], bool], form: str = "asked") -> bool:
        """Whether a held-out case would be given away: by the question, or by the answer in this form ("begun", "sentence")."""
        given = [key for key in self.keys if not key.startswith("begun")]
        formed = [key.replace("begun", form, 1) for key in self.keys if key.startswith("begun") and form != "asked"]
        return any(map(held, given + formed))

    def question(self, rng: Random) -> str:
        """One way of asking, without the words around it."""
        kinds = [kind for kind in (self.nouns, self.commands, self.questions) if kind]
        kind = rng.choices(kinds, [min(len(kind), 6) + 2 for kind in kinds])[0]
        frames = NOUN_FRAMES if kind is self.nouns else COMMAND_FRAMES if kind is self.commands else ("{x}",)
        text = rng.choice(frames).replace("{x}", rng.choice(kind))
        return text if text[-1] in ".?!:=" or kind is not self.questions else text + "?"


def unheld(rng: Random, kinds: dict[Callable[[Random], Ask], int]) -> Ask:
    """One of these kinds, drawn by their weights, that touches no held-out case."""
    while True:
        ask = rng.choices(tuple(kinds), tuple(kinds.values()))[0](rng)
        if not ask.touches(is_held):
            return ask


def asked(rng: Random, ask: Ask, plain: bool = False) -> str:
    """A question as somebody might type it; no phrasing that is kept for the evaluation."""
    while True:
        text = ask.question(rng)
        if ask.literal:
            text = (rng.choice(OPENERS) if rng.random() < 0.1 and not plain else "") + (text[0].upper() + text[1:] if rng.random() < 0.75 else text)
        else:
            text = typed(rng, text) if plain else typed(rng, around(rng, text))
        if text.strip() and not is_kept(text):
            return text


KEPT: list[re.Pattern[str]] = []
"""Patterns of the phrasings that `keep` was given."""


def keep(phrasings: Iterable[Phrasings]) -> None:
    """Never compose the evaluation's phrasings of these."""
    for phrasing in (phrasing for several in phrasings for phrasing in several.held):
        pattern = re.sub(r"\\\{\w+\\\}", r"[^.?!]+", re.escape(phrasing.rstrip(".?!")))
        KEPT.append(re.compile(pattern + r"[.?!]*", re.IGNORECASE))


def is_kept(text: str) -> bool:
    return any(pattern.fullmatch(text.strip()) for pattern in KEPT)
