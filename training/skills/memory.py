"""Remembering what was said earlier in the conversation: a name, a colour, a number and the like."""

from random import Random

from ..case import Case, Phrasings, is_held
from ..facts import ANIMALS, CITIES, COLOURS, FOODS, JOBS, NAMES

TOLD = {
    "name": (
        NAMES, ("My name is {v}.", "I am called {v}.", "Hi, I am {v}.", "Hello! My name is {v}.", "People call me {v}.", "I'm {v}."), "Nice to meet you, {v}.",
        Phrasings(("What is my name?", "Do you remember my name?", "Who am I?", "Tell me my name.", "What am I called?", "And what is my name?"), ("What's my name?", "Can you tell me my name?", "Please tell me my name.")),
    ),
    "colour": (
        COLOURS, ("My favourite colour is {v}.", "I like the colour {v} best.", "My best colour is {v}.", "The colour I like most is {v}."), "{v} is a nice colour.",
        Phrasings(("What is my favourite colour?", "Which colour do I like best?", "Do you remember my colour?", "Tell me my favourite colour.", "What colour do I like?"), ("What's my favourite colour?", "Which colour do I like?", "Please tell me my favourite colour.")),
    ),
    "number": (
        tuple(range(1, 100)), ("My number is {v}.", "Remember the number {v}.", "My lucky number is {v}.", "The number is {v}.", "Keep the number {v} in mind."), "I will remember {v}.",
        Phrasings(("What is my number?", "Which number was it?", "Do you remember the number?", "Tell me the number.", "What was the number?", "What number did I say?"), ("What's the number?", "Which number did I say?", "Please tell me my number.")),
    ),
    "city": (
        CITIES, ("I live in {v}.", "My home is in {v}.", "I come from {v}.", "My city is {v}."), "{v} is a fine city.",
        Phrasings(("Where do I live?", "Which city do I live in?", "What is my city?", "Tell me where I live.", "Where is my home?"), ("In which city do I live?", "What city do I live in?", "Please tell me where I live.")),
    ),
    "animal": (
        ANIMALS, ("My pet is called {v}.", "I have a pet: {v}.", "My pet is a kind of {v}.", "I own one {v}."), "Every {v} is a good friend.",
        Phrasings(("What pet do I have?", "Which animal do I have?", "What is my pet?", "Tell me which animal I have.", "What animal do I own?"), ("What animal do I have?", "Which pet do I have?", "Please tell me what my pet is.")),
    ),
    "job": (
        JOBS, ("I am a {v}.", "I work as a {v}.", "My job is {v}.", "By trade I am a {v}."), "That is a good job.",
        Phrasings(("What is my job?", "What do I do?", "What do I work as?", "Tell me my job.", "Do you remember my job?"), ("What's my job?", "Which job do I have?", "Please tell me my job.")),
    ),
    "food": (
        FOODS, ("I like to eat {v}.", "My favourite food is {v}.", "I love {v}.", "Best of all I like to eat {v}."), "That sounds good.",
        Phrasings(("What is my favourite food?", "What do I like to eat?", "Which food do I like?", "Tell me my favourite food.", "What food do I love?"), ("What's my favourite food?", "Which food do I like best?", "Please tell me what I like to eat.")),
    ),
}
"""Of each thing: its values, ways to tell it, what the assistant says to it, ways to ask for it."""

ASIDE = (
    ("How are you?", "I am well, thank you."), ("Thank you.", "You are welcome."), ("Good.", "How can I help you?"), ("It is a fine day.", "I am glad to hear it."),
    ("What is 2 + 2?", "4"), ("What is the opposite of hot?", "cold"), ("What is the capital of France?", "Paris"), ("What is the plural of cat?", "cats"),
    ("I am tired today.", "I am sorry to hear that."), ("Let us talk.", "Gladly."), ("What is your name?", "My name is Continuo."), ("Okay.", "How can I help you?"),
)


def tell(rng: Random, kind: str, value: object) -> tuple[str, str]:
    _, ways, reply, _ = TOLD[kind]
    said = reply.format(v=value)
    return rng.choice(ways).format(v=value), said[0].upper() + said[1:]


def memory(rng: Random, held: bool) -> Case:
    """One to three things are told, among other talk, and one of them is asked for; the values decide the split."""
    while True:
        kinds = rng.sample(tuple(TOLD), rng.randint(1, 3))
        values = [rng.choice(TOLD[kind][0]) for kind in kinds]
        key = ", ".join(f"{kind} {value}" for kind, value in sorted(zip(kinds, values, strict=True)))
        if len(kinds) > 1 and is_held(key) == held or len(kinds) == 1 and not held:
            break
    exchanges = [tell(rng, kind, value) for kind, value in zip(kinds, values, strict=True)]
    while len(exchanges) < 2 or (len(exchanges) < 3 and rng.random() < 0.5):
        exchanges.insert(rng.randrange(len(exchanges) + 1), rng.choice(ASIDE))
    if rng.random() < 0.15 and not held:
        exchanges = exchanges[:1] if len(kinds) == 1 and exchanges[0] not in ASIDE else exchanges
    asked = rng.randrange(len(kinds))
    question = TOLD[kinds[asked]][3].choose(rng, held)
    turns = tuple(turn for exchange in exchanges for turn in exchange) + (question,)
    return Case("memory", "told " + key, turns, str(values[asked]), held=held)


def reply(rng: Random, held: bool) -> Case:
    """What it says when it is told something; for training only."""
    kind = rng.choice(tuple(TOLD))
    said, answer = tell(rng, kind, rng.choice(TOLD[kind][0]))
    if rng.random() < 0.3:
        said, answer = rng.choice(ASIDE)
    return Case("reply", "reply", (said,), answer, held=held)
