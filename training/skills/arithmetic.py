"""Adding and subtracting numbers up to 99, bare and in small word problems."""

from random import Random

from ..case import Case, Phrasings, by_key, courteous
from ..facts import NAMES, THINGS

SUM = Phrasings(
    train=(
        "What is {a} + {b}?", "What is {a} plus {b}?", "{a} + {b}", "{a} + {b} =", "{a}+{b}", "{a}+{b}=?", "{a} plus {b}",
        "Add {a} and {b}.", "Calculate {a} + {b}.", "How much is {a} + {b}?", "How much is {a} plus {b}?", "Work out {a} + {b}.",
        "What do you get if you add {a} and {b}?", "What is the sum of {a} and {b}?", "Compute {a} plus {b}.", "{a} + {b} = ?",
        "Tell me what {a} plus {b} is.", "What is {a}+{b}?", "What does {a} + {b} make?", "Please add {a} to {b}.",
        "Could you add {a} and {b}?", "Can you add {a} to {b}?", "Would you add {a} and {b}, please?", "Can you work out {a} + {b}?",
        "Can you tell me what {a} plus {b} is?", "What is {a} and {b} together?", "Let us add {a} and {b}.",
    ),
    held=("What's {a} + {b}?", "Can you add {a} and {b}?", "Tell me {a} + {b}.", "What is the result of {a} + {b}?"),
)
DIFFERENCE = Phrasings(
    train=(
        "What is {a} - {b}?", "What is {a} minus {b}?", "{a} - {b}", "{a} - {b} =", "{a}-{b}", "{a}-{b}=?", "{a} minus {b}",
        "Subtract {b} from {a}.", "Calculate {a} - {b}.", "How much is {a} - {b}?", "How much is {a} minus {b}?",
        "Work out {a} - {b}.", "Take {b} away from {a}.", "What is the difference between {a} and {b}?", "Compute {a} minus {b}.",
        "{a} - {b} = ?", "Tell me what {a} minus {b} is.", "What is {a}-{b}?", "What is left if you take {b} from {a}?",
        "Could you subtract {b} from {a}?", "Can you take {b} away from {a}?", "Would you subtract {b} from {a}, please?",
        "Please subtract {b} from {a}.", "Can you work out {a} - {b}?", "Can you tell me what {a} minus {b} is?", "Let us subtract {b} from {a}.",
    ),
    held=("What's {a} - {b}?", "Can you subtract {b} from {a}?", "Tell me {a} - {b}.", "What is the result of {a} - {b}?"),
)
MORE = Phrasings(
    train=(
        "{n} has {a} {t} and gets {b} more. How many {t} does {n} have now?",
        "{n} has {a} {t}. {m} gives {n} {b} more. How many {t} does {n} have?",
        "{n} has {a} {t} and {m} has {b} {t}. How many {t} do they have together?",
        "There are {a} {t} in a box. {n} puts in {b} more. How many {t} are in the box?",
        "{n} buys {a} {t} on Monday and {b} {t} on Tuesday. How many {t} does {n} buy in all?",
        "I have {a} {t}. I find {b} more. How many {t} do I have?",
        "{n} found {a} {t} and then {b} more. How many {t} is that?",
        "On the table are {a} {t}, in the bag {b}. How many {t} are there altogether?",
    ),
    held=(
        "{n} has {a} {t}. {n} buys {b} more. How many {t} does {n} have now?",
        "There are {a} {t} on the table and {b} {t} in a box. How many {t} are there in all?",
    ),
)
FEWER = Phrasings(
    train=(
        "{n} has {a} {t} and loses {b}. How many {t} does {n} have now?",
        "{n} has {a} {t}. {n} gives {b} of them to {m}. How many {t} does {n} have left?",
        "There are {a} {t} in a box. {n} takes out {b}. How many {t} are left in the box?",
        "{n} had {a} {t} and sold {b}. How many {t} are left?",
        "I have {a} {t}. I give away {b}. How many {t} do I have left?",
        "{n} has {a} {t} and {m} has {b}. How many more {t} does {n} have than {m}?",
        "Of {a} {t}, {b} are lost. How many {t} remain?",
    ),
    held=(
        "{n} has {a} {t}. {n} loses {b} of them. How many {t} does {n} have left?",
        "There are {a} {t} on the table. {n} takes {b} away. How many {t} are left?",
    ),
)


def operands(rng: Random) -> tuple[int, int]:
    """Two numbers up to 99; small ones more often than their share, because the rest builds on them."""
    first, second = rng.choices(((99, 99), (99, 9), (9, 99), (20, 20), (9, 9)), (72, 8, 5, 8, 7))[0]
    return rng.randint(0, first), rng.randint(0, second)


def propose(rng: Random) -> Case:
    a, b = operands(rng)
    low, high = sorted((a, b))
    if rng.random() < 0.5:
        return Case("arithmetic", f"sum of {low} and {high}", (f"{a} {b}",), str(a + b))
    return Case("arithmetic", f"{high} less {low}", (f"{high} {low}",), str(high - low))


def arithmetic(rng: Random, held: bool) -> Case:
    """The operands decide the split (in either order); the evaluation's phrasings are new as well."""
    case = by_key(propose)(rng, held)
    a, b = case.turns[0].split()
    adding = case.key.startswith("sum")
    told = rng.random() < 0.4
    phrasings = (MORE if adding else FEWER) if told else (SUM if adding else DIFFERENCE)
    n, m = rng.sample(NAMES, 2)
    question = phrasings.choose(rng, held).format(a=a, b=b, n=n, m=m, t=rng.choice(THINGS))
    if not told and not held:
        question = courteous(rng, question)
    return Case("arithmetic", case.key, (question,), case.answer, held=held)
