"""What newcomers ask about days, colours, things and words. Every phrasing is composed."""

from random import Random

from .. import world
from ..compose import Ask, unheld
from ..facts import CAPITALS, CATEGORIES, DAYS, MONTHS, OPPOSITES, PAST, PLURALS, SPELLED

MASS = frozenset("bread cheese butter milk honey sugar salt soup water ice snow rain wind fire air weather gold silver iron money music tea coffee football winter summer spring autumn night paper JSON".split())
DEFINITE = frozenset(("sun", "moon", "earth", "sky", "sea", "heart", "brain", "nose"))
RAINBOW = "red, orange, yellow, green, blue, indigo, violet"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def upper(text: str) -> str:
    return text[0].upper() + text[1:]


def with_article(word: str) -> str:
    if word in MASS:
        return word
    return ("the " if word in DEFINITE else "an " if word[0] in "aeiou" and not word.startswith(("uni", "eu")) or word == "hour" else "a ") + word


def definition(rng: Random) -> Ask:
    """`A dog is an animal that ...`; of the words of the tables that have no line of their own, the category."""
    if rng.random() < 0.72:
        word = rng.choice(tuple(world.DEFINED))
        thing, answer = with_article(word), world.DEFINED[word]
    else:
        category = rng.choice([name for name in CATEGORIES if name not in ("number", "country", "day", "month", "colour")])
        word = rng.choice([item for item in CATEGORIES[category] if item not in world.DEFINED])
        thing = word if category in ("drink", "sport", "metal") or word in ("trousers", "pliers") else with_article(word)
        answer = f"{upper(thing)} {'are' if thing in ('trousers', 'pliers') else 'is'} {with_article(category)}."
    quoted = rng.choice((word, f'"{word}"', f"'{word}'"))
    return Ask(
        answer, (thing, thing, thing, f"the meaning of {quoted}", f"the meaning of the word {quoted}", f"the definition of {quoted}"),
        (f"define {quoted}", f"define the word {quoted}", f"explain what {thing} is", f"describe {thing} in one sentence", f"explain {thing}", f"tell me what {thing} is", f"describe {thing}", f"say what {thing} is", f"give a definition of {thing}", f"explain the word {quoted}", f"give a short definition of {quoted}"),
        (f"what exactly is {thing}", f"what does {quoted} mean", f"what is {thing}", f"what is {thing}, in one sentence", f"what is meant by {quoted}", f"what does the word {quoted} mean", f"so what is {thing}"),
        (answer, answer),
    )


def colour(rng: Random) -> Ask:
    roll = rng.random()
    word = rng.choice(("colour", "colour", "color"))
    if roll < 0.62:
        thing = rng.choice(tuple(world.COLOUR_OF)) if rng.random() < 0.65 else rng.choice(("the sky", "grass", "a banana", "snow", "blood", "a lemon", "the sun", "an orange", "milk", "a tomato"))
        answer, bare = world.COLOUR_OF[thing], thing.split(" ", 1)[-1]
        plural = {"a banana": "bananas", "a lemon": "lemons", "a tomato": "tomatoes", "a carrot": "carrots", "a strawberry": "strawberries", "a frog": "frogs", "a leaf": "leaves", "an elephant": "elephants", "a swan": "swans", "a cherry": "cherries", "a pig": "pigs"}.get(thing, thing)
        verb = "are" if plural != thing else "is"
        the = "the grass" if thing == "grass" else thing
        return Ask(
            answer, (f"the {word} of {thing}", f"the {word} of {the}", f"the {word} of {plural}"), (f"name the {word} of {thing}",),
            (f"what {word} is {thing}", f"what {word} is {the}", f"which {word} is {thing}", f"what {word} {verb} {plural}", f"which {word} does {thing} have", f"{thing} has which {word}", f"what {word} does {thing} have", f"{thing} is what {word}", f"what is the {word} of the {bare}" if thing.startswith(("the", "a ", "an ")) else f"what {word} would you say {thing} is"),
            (f"{upper(thing)} is {answer}.", f"{upper(plural)} {verb} {answer}.", f"The {word} of {thing} is {answer}.", f"{upper(the)} is {answer}."),
        )
    if roll < 0.78:
        pair = rng.choice(tuple(world.MIXED))
        answer = world.MIXED[pair]
        a, b = rng.sample(pair, 2)
        return Ask(answer, (f"{a} mixed with {b}", f"the mix of {a} and {b}", f"{a} and {b} mixed"), (f"mix {a} and {b}",), (f"what {word} do {a} and {b} make", f"what {word} do you get if you mix {a} and {b}", f"which {word} comes from mixing {a} with {b}", f"what do {a} and {b} make", f"what {word} is {a} plus {b}", f"{a} and {b} make what {word}"), (f"{upper(a)} and {b} make {answer}.", f"If you mix {a} and {b}, you get {answer}."))
    if roll < 0.89:
        return Ask("red, yellow, blue", (f"the primary {word}s", f"the three primary {word}s", f"the basic {word}s"), (f"name the primary {word}s", f"list the primary {word}s", f"name the three primary {word}s"), (f"what are the primary {word}s", f"which {word}s are primary", f"which are the three primary {word}s"), ("The primary colours are red, yellow and blue.",))
    return Ask(RAINBOW, (f"the {word}s of the rainbow", f"the {word}s of a rainbow", f"all {word}s of the rainbow", f"the rainbow {word}s"), (f"name the {word}s of the rainbow", f"list the {word}s of the rainbow", f"list all the {word}s in the rainbow"), (f"what are the {word}s of the rainbow", f"which {word}s are in the rainbow", f"what {word}s does a rainbow have", f"which {word}s does the rainbow have"), ("The colours of the rainbow are red, orange, yellow, green, blue, indigo, violet.",))


def neighbour(rng: Random) -> Ask:
    """The day, month or letter after, before, between; tomorrow and yesterday."""
    kind, series = rng.choices((("day", DAYS), ("month", MONTHS), ("letter", LETTERS)), (5, 4, 2))[0]
    at, size = rng.randrange(len(series)), len(series)
    x, after, before = series[at], series[(at + 1) % size], series[at - 1]
    shown = x if kind != "letter" else rng.choice((x, x.upper(), f'"{x}"'))
    roll = rng.random()
    if kind == "letter" and x in "az":
        roll = 0.1 if x == "a" else 0.6
    if roll < 0.38:
        return Ask(
            after, (f"the {kind} after {shown}", f"the next {kind} after {shown}", f"the {kind} that comes after {shown}", f"the {kind} following {shown}"), (f"name the {kind} after {shown}",),
            (f"what comes after {shown}", f"what {kind} comes after {shown}", f"which {kind} follows {shown}", f"what {kind} follows {shown}", f"what {kind} is after {shown}", f"after {shown} comes what", f"what comes right after {shown}", f"{shown} is followed by which {kind}", f"which {kind} comes next after {shown}"),
            (f"After {x} comes {after}.", f"The {kind} after {x} is {after}.", f"{x} is followed by {after}."),
        )
    if roll < 0.7:
        return Ask(
            before, (f"the {kind} before {shown}", f"the {kind} that comes before {shown}", f"the {kind} just before {shown}"), (f"name the {kind} before {shown}",),
            (f"what comes before {shown}", f"what {kind} comes before {shown}", f"which {kind} is before {shown}", f"what {kind} is right before {shown}", f"which {kind} precedes {shown}", f"before {shown} comes what"),
            (f"Before {x} comes {before}.", f"The {kind} before {x} is {before}."),
        )
    if kind == "day" and roll < 0.85:
        tomorrow = rng.random() < 0.55
        answer = after if tomorrow else before
        ask = rng.choice(("what day is tomorrow", "what is tomorrow", "which day is tomorrow", "what day will it be tomorrow", "what day comes tomorrow") if tomorrow else ("what day was yesterday", "what was yesterday", "which day was yesterday"))
        return Ask(answer, questions=(f"if today is {x}, {ask}", f"today is {x}. {upper(ask)}", f"{ask} if today is {x}", f"it is {x}. {upper(ask)}", f"given that today is {x}, {ask}"), sentences=(f"If today is {x}, {'tomorrow is' if tomorrow else 'yesterday was'} {answer}.", f"{'Tomorrow is' if tomorrow else 'Yesterday was'} {answer}."))
    if kind == "month" and roll < 0.78:
        return Ask(after, questions=(f"it is {x} now. What month is next", f"if this month is {x}, what is next month", f"this month is {x}. Which month is next"))
    return Ask(after, (f"the {kind} between {x} and {series[(at + 2) % size]}",), (), (f"which {kind} is between {x} and {series[(at + 2) % size]}", f"what comes between {x} and {series[(at + 2) % size]}"))


def whole_series(rng: Random) -> Ask:
    what = rng.choices(("days", "months", "alphabet", "vowels", "weekend", "seasons", "working", "some"), (6, 6, 4, 2, 3, 3, 1, 2))[0]
    if what == "alphabet":
        answer = ", ".join(LETTERS)
        return Ask(answer, ("the alphabet", "the whole alphabet", "the letters of the alphabet", "all the letters"), ("say the alphabet", "recite the alphabet", "list the alphabet", "write the alphabet", "write the letters of the alphabet", "list the letters from a to z"), ("what is the alphabet", "do you know the alphabet", "what are the letters of the alphabet"), (answer,))
    answer, names = {
        "days": (", ".join(DAYS), ("days of the week", "seven days of the week", "days in a week", "weekdays in order")), "months": (", ".join(MONTHS), ("months of the year", "twelve months", "months in a year", "months in order", "12 months of the year")),
        "vowels": ("a, e, i, o, u", ("vowels", "five vowels", "vowels of the alphabet")), "weekend": ("Saturday, Sunday", ("days of the weekend", "weekend days", "two days of the weekend")),
        "seasons": ("spring, summer, autumn, winter", ("seasons", "four seasons", "seasons of the year", "seasons in order")), "working": ("Monday, Tuesday, Wednesday, Thursday, Friday", ("working days", "working days of the week", "school days")),
        "some": rng.choice(((", ".join(MONTHS[:3]), ("first three months", "first three months of the year")), (", ".join(DAYS[:3]), ("first three days of the week",)), ("a, b, c", ("first three letters of the alphabet", "first three letters")), ("a, b, c, d, e", ("first five letters of the alphabet",)))),
    }[what]
    name = rng.choice(names)
    return Ask(answer, (f"the {name}", f"all the {name}"), (f"list the {name}", f"name the {name}", f"say the {name}", f"write down the {name}", f"name all the {name}", f"list all {name}"), (f"what are the {name}", f"which are the {name}", f"do you know the {name}"), (f"The {name} are {answer}.", answer))


def how_many(rng: Random) -> Ask:
    answer = rng.choices(tuple(world.AMOUNTS), [len(asks) ** 0.6 for asks in world.AMOUNTS.values()])[0]
    ask = rng.choice(world.AMOUNTS[answer].split("|"))
    thing, rest = ask.split(" ", 1)
    sentence = ()
    if rest.startswith(("does a ", "does an ", "does the ")) and rest.endswith(" have"):
        sentence = (f"{upper(rest.removeprefix('does ').removesuffix(' have'))} has {answer} {thing}.",)
    elif rest.startswith("are in "):
        sentence = (f"There are {answer} {thing} {rest.removeprefix('are ')}.", f"{upper(rest.removeprefix('are in '))} has {answer} {thing}.")
    nouns = (f"the number of {thing} {rest.removeprefix('are ')}",) if rest.startswith("are in ") else ()
    return Ask(answer, nouns, (), (f"how many {ask}", f"how many {ask}", f"how many {ask}", f"do you know how many {ask}" if rest.startswith("are") and "there" not in rest else f"how many {ask}"), sentence)


def about(rng: Random) -> Ask:
    """Sounds, young animals, food, homes, work, tools."""
    kind = rng.choice(("sound", "young", "eats", "lives", "does", "used"))
    table = {"sound": world.SOUNDS, "young": world.YOUNG, "eats": world.EATS, "lives": world.LIVES, "does": world.DOES, "used": world.USED}[kind]
    x = rng.choice(tuple(table))
    y, thing = table[x], with_article(x)
    if kind == "sound":
        return Ask(y, (f"the sound of {thing}", f"the sound that {thing} makes", f"the noise {thing} makes"), (), (f"what sound does {thing} make", f"what does {thing} say", f"which sound does {thing} make", f"what noise does {thing} make", f"how does {thing} go"), (f"{upper(thing)} says {y}.",))
    if kind == "young":
        return Ask(y, (f"a baby {x}", f"a young {x}", f"a young {x} called", f"the word for a young {x}", f"the name of a baby {x}"), (), (f"what is a baby {x} called", f"what do you call a young {x}", f"what do we call a baby {x}", f"how do you call a baby {x}"), (f"A young {x} is called a {y}.", f"A baby {x} is a {y}."))
    if kind == "eats":
        return Ask(y, (f"the food of {thing}",), (), (f"what does {thing} eat", f"what does {thing} like to eat", f"what do you feed {thing}", f"what is the food of {thing}"), (f"{upper(thing)} eats {y}.",))
    if kind == "lives":
        return Ask(f"{upper(y)}.", (f"the home of {thing}",), (), (f"where does {thing} live", f"where do you find {thing}", f"where can I see {thing}"), (f"{upper(thing)} lives {y}.",))
    if kind == "does":
        answer = f"{upper(thing)} {y}."
        return Ask(answer, (f"the job of {thing}", f"the work of {thing}"), (), (f"what does {thing} do", f"what is the work of {thing}", f"what does {thing} do all day", f"what is the job of {thing}"), (answer, answer))
    return Ask(f"{upper(y)}.", (f"{thing} good for", f"the use of {thing}"), (), (f"what is {thing} for", f"what do you do with {thing}", f"what is {thing} used for", f"what do you use {thing} for", f"why do people have {thing}"), (f"{upper(thing)} is used {y}.",))


def single(rng: Random) -> Ask:
    names = rng.choice(tuple(world.SINGLE))
    answer = world.SINGLE[names]
    name = rng.choice(names.split("|"))
    bare = name.removeprefix("the ")
    which = f"which {bare.split()[1]} is the {bare.split()[0]}" if bare.split()[0].endswith("est") and len(bare.split()) == 2 else f"what is {name}"
    return Ask(answer, tuple(names.split("|")), (), (f"what is {name}", which), (f"{upper(name)} is {answer}.", f"{upper(name)} is {answer}."))


def capital(rng: Random) -> Ask:
    land, city = rng.choice(CAPITALS) if rng.random() < 0.8 else rng.choice(tuple(world.MORE_CAPITALS.items()))
    key = f"begun: capital of {land}"
    if rng.random() < 0.78:
        return Ask(city, (f"the capital of {land}", f"the capital of {land}", f"the capital city of {land}", f"{land}'s capital", f"the chief city of {land}"), (f"name the capital of {land}",), (f"which city is the capital of {land}", f"what city is the capital of {land}", f"what is {land}'s capital called", f"which is the capital of {land}", f"what is the capital of {land} called"), (f"The capital of {land} is {city}.", f"{upper(land)}'s capital is {city}.", f"{city} is the capital of {land}."), (key,))
    if city == "London" or city == "Washington":
        return capital(rng)
    return Ask(land, (), (), (f"which country has {city} as its capital", f"{city} is the capital of which country", f"which country is {city} in", f"in which country is {city}", f"{city} is the capital of what", f"what country is {city} in", f"{city} is in which country"), (f"{city} is the capital of {land}.", f"{city} is in {land}."), (key,))


BACK = {answer: word for word, answer in OPPOSITES if answer not in dict(OPPOSITES)}
OPPOSITE = dict(OPPOSITES) | BACK


def word_fact(rng: Random) -> Ask:
    """Opposites in both directions, plurals, past tense, asked with any frame."""
    kind = rng.choice(("opposite", "plural", "past tense"))
    x, y = rng.choice({"opposite": tuple(OPPOSITE.items()), "plural": PLURALS, "past tense": PAST}[kind])
    shown = rng.choice((x, x, x, f'"{x}"', f"'{x}'"))
    nouns = [f"the {kind} of {shown}", f"the {kind} of {shown}", f"the {kind} of the word {shown}", f"the {kind} for {shown}"]
    commands, questions = [f"name the {kind} of {shown}", f"find the {kind} of {shown}", f"write the {kind} of {shown}"], []
    if kind == "opposite":
        nouns += [f"the antonym of {shown}", f"the contrary of {shown}", f"a word that means the opposite of {shown}"]
        questions = [f"what word is the opposite of {shown}", f"{shown} is the opposite of what", f"which word is the opposite of {shown}", f"what is opposite to {shown}"]
    elif kind == "plural":
        nouns += [f"more than one {x}", f"the plural form of {shown}"]
        commands += [f"make {shown} plural", f"put {shown} in the plural", f"pluralize {shown}"]
        questions = [f"one {x}, two what", f"how do you write more than one {x}", f"one {x}, many what"]
    else:
        nouns += [f"the past of {shown}", f"the past form of {shown}", f"the simple past of {shown}"]
        commands += [f"put {shown} in the past tense", f"put {shown} into the past"]
        questions = [f"today I {x}, yesterday I what", f"today we {x}, yesterday we"]
    return Ask(y, tuple(nouns), tuple(commands), tuple(questions), (f"The {kind} of {x} is {y}.", f'The {kind} of "{x}" is {y}.'), (f"begun: {kind} of {x}",))


def spelling(rng: Random) -> Ask:
    word = rng.choice(SPELLED)
    shown = rng.choice((word, word, f'"{word}"', f"'{word}'"))
    roll = rng.random()
    if roll < 0.6:
        return Ask("-".join(word), (f"the spelling of {shown}", f"the letters of {shown}"), (f"spell {shown}", f"spell the word {shown}", f"spell out {shown}"), (f"how do you spell {shown}", f"how is {shown} spelled", f"how is the word {shown} spelled", f"how do I spell {shown}"))
    if roll < 0.8:
        return Ask(word[0], (f"the first letter of {shown}", f"the first letter in the word {shown}"), (), (f"which letter does {shown} start with", f"what letter does {shown} begin with", f"which letter is first in {shown}"), (f"The first letter of {shown} is {word[0]}.",), (f"first letter of {word}",))
    return Ask(word[-1], (f"the last letter of {shown}", f"the last letter in the word {shown}"), (), (f"which letter does {shown} end with", f"what letter is last in {shown}"), (f"The last letter of {shown} is {word[-1]}.",))


def translation(rng: Random) -> Ask:
    language = rng.choice(tuple(world.TRANSLATED))
    x, y = rng.choice(tuple(world.TRANSLATED[language].items()))
    shown = rng.choice((x, f'"{x}"', f"'{x}'"))
    return Ask(y, (f"the {language} word for {shown}", f"{shown} in {language}", f"the {language} for {shown}"), (f"translate {shown} into {language}", f"translate {shown} to {language}", f"say {shown} in {language}", f"translate into {language}: {x}"), (f"how do you say {shown} in {language}", f"how do I say {shown} in {language}", f"what does {shown} mean in {language}"), (f"The {language} word for {shown} is {y}.",))


ONE_WORD_KINDS = tuple(name for name in CATEGORIES if " " not in name and name not in ("day", "month", "number"))


def yes_or_no(rng: Random) -> Ask:
    roll = rng.random()
    if roll < 0.45:
        kind = rng.choice(ONE_WORD_KINDS)
        own = rng.random() < 0.5
        item = rng.choice(CATEGORIES[kind if own else rng.choice([name for name in ONE_WORD_KINDS if name != kind])])
        thing = item if item[0].isupper() or item in CATEGORIES["colour"] or rng.random() < 0.2 else with_article(item)
        text, keys = f"{thing} {with_article(kind)}", (f"{item} {kind}",)
        return Ask("Yes." if own else "No.", questions=(f"is {text}", f"would you say {thing} is {with_article(kind)}", f"yes or no: is {text}", f"is {text}, yes or no", f"is it true that {thing} is {with_article(kind)}", f"do you think {thing} is {with_article(kind)}"), keys=keys)
    if roll < 0.7:
        thing = rng.choice(tuple(world.COLOUR_OF))
        right = rng.random() < 0.5
        colour = world.COLOUR_OF[thing] if right else rng.choice([name for name in ("blue", "green", "red", "yellow", "white", "black", "pink") if name not in (world.COLOUR_OF[thing], "white", "black", "red") or name == "pink"])
        return Ask("Yes." if colour == world.COLOUR_OF[thing] else "No.", questions=(f"is {thing} {colour}", f"true or false, yes or no: {thing} is {colour}", f"yes or no: is {thing} {colour}", f"is it true that {thing} is {colour}"))
    if roll < 0.85:
        land, city = rng.choice(CAPITALS)
        other = rng.choice(CAPITALS)[1]
        right = rng.random() < 0.5
        shown = city if right else other
        return Ask("Yes." if shown == city else "No.", questions=(f"is {shown} the capital of {land}", f"is it true that {shown} is the capital of {land}", f"is {shown} in {land}", f"yes or no: is {shown} the capital of {land}"))
    can = {"a bird fly": 1, "a fish swim": 1, "a dog bark": 1, "a fish walk": 0, "a cow fly": 0, "a stone swim": 0, "a bird sing": 1, "a cat climb trees": 1, "a horse run": 1, "a tree walk": 0, "a pig fly": 0, "a frog jump": 1, "an elephant fly": 0, "a bee fly": 1, "a car fly": 0, "a dog swim": 1, "a snake walk": 0, "a baby read": 0, "a dog read": 0, "a butterfly fly": 1, "a house walk": 0, "a duck swim": 1}
    what = rng.choice(tuple(can))
    return Ask("Yes." if can[what] else "No.", questions=(f"can {what}", f"yes or no: can {what}"))


KINDS = {
    definition: 22, colour: 12, neighbour: 12, whole_series: 8, how_many: 10, about: 7, single: 7, capital: 8, word_fact: 9, spelling: 5, translation: 3, yes_or_no: 7,
}


def everyday(rng: Random) -> Ask:
    """One of all of them, none that touches a held-out case."""
    return unheld(rng, KINDS)
