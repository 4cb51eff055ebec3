"""Greeting, thanking, saying what it is, and simple stories."""

from random import Random

from ..case import Case, courteous
from ..facts import ANIMALS, COLOURS, FOODS, JOBS, NAMES
from ..prose import CONTINUE

SIZE = "7 million"
"""Parameters, as the model says it of itself; `tests/test_export.py` holds it against the file."""

WHAT = f"I am Continuo, a small demonstration model with {SIZE} parameters."

TALK = {
    "Hello! How can I help you?": "Hello|Hi|Hello!|Hi!|Hello there|Hey|Hello.|Hi there!|Good day|Hello, Continuo.|Hello, Claude|Hello, world|Say hello|Greetings|Hey there|Hello Claude!|hi|hello|Hello, how do you do?",
    "Good morning! How can I help you?": "Good morning|Good morning!|Good morning, Continuo.|Morning!",
    "Good evening! How can I help you?": "Good evening|Good evening!|Good evening, Continuo.",
    "I am well, thank you.": "How are you?|How are you today?|How do you feel?|Are you well?|How is it going?|How are things?",
    "You are welcome.": "Thank you|Thank you!|Thanks|Thanks a lot.|Thank you very much.|That was good, thank you.|Thanks for your help.",
    "Goodbye!": "Goodbye|Goodbye!|Bye|See you.|Good night.|Bye bye!|Farewell.",
    "My name is Continuo.": "What is your name?|What's your name?|Tell me your name.|What are you called?|Your name?|May I ask your name?|Do you have a name?",
    WHAT: "Who are you?|What are you?|Introduce yourself.|Tell me about yourself.|What kind of model are you?|Are you a robot?|Which model are you?|What model is this?|Are you Claude?|Describe yourself.|Who am I talking to?|Say what you are.|Are you a computer?|Are you a person?|What is Continuo?|Are you human?",
    f"I have {SIZE} parameters.": "How big are you?|How many parameters do you have?|How large are you?|What is your size?|How large is this model?|Are you big?|How big is this model?",
    "This project made me, from nothing, as a demonstration.": "Who made you?|Who built you?|Where do you come from?|Who trained you?|Who created you?|How were you made?",
    "I add, multiply and count, know a few facts, and handle short lists.": "What can you do?|How can you help me?|What are you good at?|Can you help me?|What do you know?|Help|What can I ask you?",
    "Yes, I am a demonstration. For real work, bring your own model.": "Are you a demonstration?|Are you only a demonstration?|Are you a demo?|Is this a demonstration?",
}

OPENINGS = ("Once upon a time there was", "Long ago there lived", "In a small village there lived", "Near the sea there lived", "Once there was", "Far away, behind the hills, lived", "One morning, in an old house, there was")
TRAITS = ("little", "old", "clever", "lonely", "brave", "quiet", "merry", "tired", "curious", "poor", "kind", "young")
WISHES = ("find the end of the rainbow", "see the sea", "learn to sing", "find a friend", "climb the highest hill", "build a boat", "bake the best cake in the land", "catch the moon", "find a lost key", "go to the city", "plant a garden", "hear the oldest story")
PLACES = ("the dark forest", "a wide river", "the market", "a deep valley", "an empty castle", "the top of a hill", "a green field", "the edge of the sea", "a narrow bridge", "a quiet garden")
TROUBLES = (
    "a storm came up, and the rain fell all night", "the way was lost in the fog", "there was nothing left to eat", "a great stone lay across the road",
    "the bridge was broken", "it grew so cold that the lake froze", "a thief took the bag", "the night came, and there was no light anywhere",
)
HELPS = (
    "showed the way home", "shared some {food}", "sang until the fear was gone", "carried the heavy bag", "made a fire and told old tales",
    "knew a secret path", "gave a {colour} lantern that never went out", "said that nobody should be alone",
)
SAYINGS = ("'Do not be afraid,' said {b}.", "'Come with me,' said {b}, 'I know what to do.'", "'Why are you so sad?' asked {b}.", "'Two are stronger than one,' said {b}.", "'I was waiting for you,' {b} said.")
ENDINGS = (
    "From that day on they were friends, and neither was ever lonely again.", "In the evening they sat by the fire and laughed about it all.",
    "And when the sun came up, everything was well.", "They went home together, and the whole village came to hear the story.",
    "And if you walk there on a quiet night, you may hear them singing still.", "So the wish came true after all, though not in the way that anybody had thought.",
)
JOURNEYS = (
    "{A} walked for three days and came to {p}.", "Early in the morning {a} set out, and by noon the path led to {p}.", "{A} took a piece of {food} and a {colour} hat, and went as far as {p}.",
    "Nobody believed it could be done, but {a} went away all the same, and came to {p}.",
)
ASK = ("Tell me a story.", "Write a story.", "Tell me a short story.", "Please tell me a story.", "Write a short story.", "A story, please.", "Can you tell me a story?", "Make up a story.", "Write a simple story.")
ASK_ABOUT = ("Tell me a story about {h}.", "Write a story about {h}.", "Write a short story about {h}.", "Tell me about {h} in a story.", "Make up a story about {h}.")


def talk(rng: Random, held: bool) -> Case:
    answer = rng.choice(tuple(TALK))
    ask = rng.choice(TALK[answer].split("|"))
    return Case("talk", "talk", (ask if rng.random() < 0.5 else courteous(rng, ask),), answer, held=held)


def tale(rng: Random) -> tuple[str, str]:
    """A story put together from parts, and whom it is about."""
    job = rng.random() < 0.4
    hero = rng.choice(JOBS if job else ANIMALS)
    trait = rng.choice(TRAITS)
    named = rng.choice(NAMES)
    a = rng.choice((f"the {hero}", named, f"the {trait} {hero}"))
    friend = rng.choice([animal for animal in ANIMALS if animal != hero])
    b = f"the {friend}"
    words = {"a": a, "A": a[0].upper() + a[1:], "b": b, "food": rng.choice(FOODS), "colour": rng.choice(COLOURS), "p": rng.choice(PLACES)}
    article = "an" if trait[0] in "aeiou" else "a"
    parts = [
        f"{rng.choice(OPENINGS)} {article} {trait} {hero} named {named}.",
        f"More than anything {named} wanted to {rng.choice(WISHES)}.",
        rng.choice(JOURNEYS).format(**words),
        f"There {rng.choice(TROUBLES)}.",
        rng.choice((f"Then {friend_article(friend)} {friend} came along.", f"Just then {friend_article(friend)} {friend} looked out from behind a tree.", f"But under a tree sat {friend_article(friend)} {rng.choice(TRAITS[2:5])} {friend}.")),
        rng.choice(SAYINGS).format(**words),
        f"And {b} {rng.choice(HELPS).format(**words)}.",
        rng.choice(ENDINGS),
    ]
    article = "an" if hero[0] in "aeiou" else "a"
    return " ".join(parts), f"{article} {hero}"


def friend_article(friend: str) -> str:
    return "an" if friend[0] in "aeiou" else "a"


def story(rng: Random, held: bool) -> Case:
    text, hero = tale(rng)
    ask = rng.choice(ASK) if rng.random() < 0.5 else rng.choice(ASK_ABOUT).format(h=hero)
    prefill = ""
    roll = rng.random()
    if roll < 0.5:
        words = text.split(" ")
        cut = rng.randint(2, 14)
        begin, text = " ".join(words[:cut]), " ".join(words[cut:])
        ask, prefill = (ask, begin) if roll < 0.25 else (rng.choice(CONTINUE).format(x=begin), "")
    return Case("story", "story", (ask,), text, prefill=prefill, held=held)
