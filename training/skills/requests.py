"""What newcomers ask it to write: JSON of a sentence, lists in any form, words in any case, what is to be said exactly."""

import json
from random import Random

from ..compose import Ask, unheld
from ..facts import ANIMALS, CATEGORIES, CITIES, COLOURS, DAYS, FOODS, JOBS, MONTHS, NAMES, SPELLED, THINGS
from ..number_words import in_words
from ..words import WORDS
from .counting import invented
from .lists import OBJECTS, SUBJECTS, VERBS

PLURALS = {
    "animals": ANIMALS[:10], "colours": COLOURS[:8], "fruits": CATEGORIES["fruit"][:8], "vegetables": CATEGORIES["vegetable"][:8], "tools": CATEGORIES["tool"][:6], "drinks": CATEGORIES["drink"][:6],
    "trees": CATEGORIES["tree"][:6], "metals": CATEGORIES["metal"][:6], "birds": CATEGORIES["bird"][:8], "sports": CATEGORIES["sport"][:6], "flowers": CATEGORIES["flower"][:6],
    "countries": CATEGORIES["country"][:8], "instruments": CATEGORIES["instrument"][:6], "days": DAYS, "months": MONTHS, "insects": CATEGORIES["insect"][:6], "cities": CITIES[:6], "colors": COLOURS[:8],
    "days of the week": DAYS, "months of the year": MONTHS, "pets": ("dog", "cat", "rabbit", "mouse", "bird"), "farm animals": ("cow", "horse", "pig", "sheep", "goat"), "foods": FOODS[:6], "jobs": JOBS[:6],
    "vehicles": CATEGORIES["vehicle"][:6], "names": NAMES[:6], "capitals": CITIES[:6], "primary colours": ("red", "yellow", "blue"), "seasons": ("spring", "summer", "autumn", "winter"), "numbers": ("1", "2", "3", "4", "5", "6"),
    "words": ("apple", "book", "cat", "dog", "egg", "fish"), "letters": tuple("abcdefgh"), "fruit": CATEGORIES["fruit"][:8], "shapes": ("circle", "square", "triangle"), "planets": ("Mercury", "Venus", "Earth", "Mars", "Jupiter"),
}


def name_of(rng: Random) -> str:
    """A known name, or one that has to be read letter by letter."""
    return rng.choice(NAMES) if rng.random() < 0.6 else invented(rng, 3, 7).capitalize()


FIELDS = {
    "age": (lambda rng: rng.randint(1, 99), ("{n} is {v} years old", "{n} is {v}", "{n} is {v} years of age", "{n}, aged {v}", "{n} turned {v}", "{n} is now {v} years old")),
    "city": (lambda rng: rng.choice(CITIES), ("{n} lives in {v}", "{n} is from {v}", "{n} comes from {v}", "{n}'s home is {v}")),
    "job": (lambda rng: rng.choice(JOBS), ("{n} is a {v}", "{n} works as a {v}", "{n}'s job is {v}")),
    "colour": (lambda rng: rng.choice(COLOURS), ("{n} likes {v}", "{n}'s favourite colour is {v}", "{n} loves the colour {v}")),
    "pet": (lambda rng: rng.choice(ANIMALS), ("{n} has a pet {v}", "{n}'s pet is a {v}", "{n} owns a {v}")),
    "food": (lambda rng: rng.choice(FOODS), ("{n} eats {v}", "{n} likes to eat {v}", "{n}'s favourite food is {v}")),
}
AND = {"age": "is {v} years old", "city": "lives in {v}", "job": "is a {v}", "colour": "likes {v}", "pet": "has a {v}", "food": "eats {v}"}
PAIRS = (("age", "city"), ("age", "job"), ("city", "job"), ("age", "pet"), ("job", "city"), ("age", "colour"), ("city", "food"))


def keys_said(rng: Random, keys: list[str]) -> str:
    """The wish for these keys, in some words, or none."""
    quoted = [f'"{key}"' for key in keys] if rng.random() < 0.5 else keys
    listed = (", ".join(quoted[:-1]) + " and " + quoted[-1]) if len(quoted) > 1 and rng.random() < 0.75 else ", ".join(quoted)
    return rng.choice((f" with the keys {listed}", f" with keys {listed}", f" with {listed}", f" with the fields {listed}", f" (keys: {listed})", f", keys {listed}", f" using the keys {listed}", f" that has {listed}"))


def as_json(rng: Random) -> Ask:
    """`{"name": "Ann", "age": 7}` of a sentence; of the keys that it has, if none are named."""
    roll = rng.random()
    ending = rng.choice(("", "", " object", " format"))
    if roll < 0.7:
        name = name_of(rng)
        keys = [rng.choice(tuple(FIELDS))] if rng.random() < 0.6 else list(rng.choice(PAIRS))
        keys = ["age"] if rng.random() < 0.3 else keys
        values = {"name": name} | {key: FIELDS[key][0](rng) for key in keys}
        fact = rng.choice(FIELDS[keys[0]][1]).format(n=name, v=values[keys[0]])
        for key in keys[1:]:
            fact += " and " + AND[key].format(v=values[key])
        wish = keys_said(rng, list(values)) if rng.random() < 0.55 else ""
    elif roll < 0.82:
        thing, number = rng.choice(THINGS), rng.randint(1, 99)
        price = rng.random() < 0.5
        values = {"item": thing, "price": number} if price else {"item": thing, "count": number}
        fact = rng.choice((f"{thing} cost {number} dollars", f"the {thing} cost {number}", f"{number} dollars for {thing}") if price else (f"{number} {thing}", f"there are {number} {thing}", f"I have {number} {thing}"))
        wish = keys_said(rng, list(values))
    elif roll < 0.92:
        items = rng.sample(rng.choice((COLOURS, ANIMALS, FOODS, NAMES, CATEGORIES["fruit"])), rng.randint(2, 4))
        listed = rng.choice((", ".join(items), ", ".join(items[:-1]) + " and " + items[-1]))
        return Ask(json.dumps(items), (), (f"write {listed} as a JSON array", f"make a JSON array of {listed}", f"put {listed} into a JSON list", f"write this list as JSON: {listed}", f"turn this into a JSON array: {listed}", f"give me {listed} as a JSON list"), (f"{listed} as a JSON array, please.",), (json.dumps(items),), literal=True)
    else:
        key, value = rng.choice(("name", "city", "colour", "answer", "word", "greeting", "result", "message", "animal")), rng.choice((*COLOURS, *ANIMALS, *SPELLED))
        values = {key: value}
        text = json.dumps(values)
        return Ask(text, (), (f'write JSON with the key "{key}" and the value "{value}"', f"make a JSON object with {key} set to {value}", f"write a JSON object with the key {key} and the value {value}", f"give me JSON where {key} is {value}"), (), (text,), literal=True)
    fact = fact if fact[0].isdigit() else fact[0].upper() + fact[1:]
    text, shown = json.dumps(values), rng.choice((fact, fact, f'"{fact}"', f"'{fact}'", f'"{fact}."'))
    commands = (
        f"write this as JSON{wish}: {shown}", f"turn this into JSON{wish}: {shown}", f"convert to JSON{wish}: {shown}", f"put this into JSON{wish}: {shown}", f"give me JSON{ending}{wish} for: {shown}", f"make JSON{wish} from this sentence: {shown}",
        f"make JSON of this: {shown}", f"convert this sentence to JSON{wish}: {shown}", f"extract the data as JSON{wish}: {shown}", f"return JSON{wish} for this: {shown}", f"write {shown} as JSON{wish}", f"turn {shown} into JSON{wish}",
        f"make a JSON object{wish} from this: {shown}", f"turn the sentence {shown} into a JSON object{wish}", f"express as JSON{wish}: {shown}", f"output JSON{wish}: {shown}", f"extract {' and '.join(values)} as JSON: {shown}", f"write a JSON object{wish} for {shown}",
    )
    questions = (f"{fact}. Write this as JSON{wish}.", f"{fact}. JSON{wish}, please.", f"{fact}. Give me that as JSON{ending}{wish}.", f"{fact}. Turn it into JSON{wish}.", f"{fact}. As JSON{wish}?", f"{fact}. Answer in JSON{wish}.", f"JSON{wish}: {shown}", f"{shown} as JSON{wish}", f"{fact} -> JSON")
    return Ask(text, (), commands, questions, (text, text), (f"json {fact}.", f"begun json {fact}."), True)


def listing(rng: Random) -> Ask:
    """So many things of a kind, in the form asked for; always the same ones."""
    kind = rng.choice(tuple(PLURALS))
    kind = rng.choice(("fruits", "animals", "colours", "vegetables", "countries", "birds")) if rng.random() < 0.4 else kind
    items = PLURALS[kind]
    count = min(rng.choice((2, 3, 3, 3, 4, 5, 1)), len(items))
    chosen = list(items[:count])
    number = in_words(count) if rng.random() < 0.7 else str(count)
    what = f"{number} {kind}" if count > 1 else None
    if not what:
        singular = {"countries": "country", "cities": "city", "fruit": "fruit"}.get(kind, kind.removesuffix("s"))
        if " " in kind:
            return listing(rng)
        article = "an" if singular[0] in "aeiou" else "a"
        return Ask(chosen[0], (f"{article} {singular}", f"the name of {article} {singular}", f"one {singular}"), (f"name one {singular}", f"name {article} {singular}", f"give me one {singular}", f"think of {article} {singular}"), ())
    form = rng.choices(("plain", "commas", "numbered", "bullets", "lines", "json", "caps"), (6, 3, 3, 3, 2, 1.5, 0.7))[0]
    tail, answer = {
        "plain": (("",), ", ".join(chosen)),
        "commas": ((", separated by commas", " with commas", " separated by commas", ", comma separated", " in one line", " in a comma separated list", ", with commas between them"), ", ".join(chosen)),
        "numbered": ((" as a numbered list", " in a numbered list", ", numbered", " with numbers"), "\n".join(f"{at}. {item}" for at, item in enumerate(chosen, 1))),
        "bullets": ((" as a bullet list", " as bullet points", " in a list with dashes", " with a dash before each", " as a bulleted list", " as bullets"), "\n".join(f"- {item}" for item in chosen)),
        "lines": ((", one per line", ", one on each line", ", each on its own line", " on separate lines"), "\n".join(chosen)),
        "json": ((" as a JSON array", " as a JSON list", " as JSON", " in a JSON array"), json.dumps(chosen)),
        "caps": ((" in capital letters", " in capitals", " in upper case"), ", ".join(chosen).upper()),
    }[form]
    tail = rng.choice(tail)
    return Ask(
        answer, (what + tail, f"the names of {what}{tail}"), (f"name {what}{tail}", f"list {what}{tail}", f"write {what}{tail}", f"name me {what}{tail}", f"give {what}{tail}", f"write down {what}{tail}", f"make a list of {what}{tail}", f"think of {what}{tail}", f"list any {what}{tail}", f"mention {what}{tail}"),
        (f"what are {what}{tail}", f"which {what} do you know{tail}"), (answer, f"{what[0].upper()}{what[1:]}: {answer}" if form == "plain" else answer),
    )


def given_list(rng: Random) -> Ask:
    """Given words in another form."""
    items = rng.sample(rng.choice((ANIMALS, COLOURS, FOODS, NAMES, CATEGORIES["fruit"], CATEGORIES["tool"])), rng.randint(2, 4))
    listed = rng.choice((", ".join(items), ", ".join(items[:-1]) + " and " + items[-1], ", ".join(items)))
    numbered, bullets = "\n".join(f"{at}. {item}" for at, item in enumerate(items, 1)), "\n".join(f"- {item}" for item in items)
    answer, forms = rng.choice(((numbered, ("a numbered list", "numbered list")), (bullets, ("a bullet list", "bullet points", "a list with dashes", "a bulleted list", "bullets")), ("\n".join(items), ("a list, one per line", "one item per line"))))
    form = rng.choice(forms)
    return Ask(answer, (), (f"make {form}: {listed}", f"turn this into {form}: {listed}", f"write {listed} as {form}", f"put {listed} in {form}", f"format as {form}: {listed}", f"make {form} of {listed}", f"write this as {form}: {listed}"), (f"{listed} as {form}, please.",), keys=("listing " + ", ".join(items),), literal=True)


def some_text(rng: Random) -> str:
    """Something to be said: a word, a greeting, a sentence."""
    roll = rng.random()
    if roll < 0.4:
        return rng.choice(rng.choice((SPELLED, WORDS, ANIMALS, COLOURS, FOODS, ("hello", "yes", "no", "OK", "done", "test", "ok", "Hello", "ready", "banana", "pineapple", "pong", "Hello world", "good morning", "I am here", "hello world", "thank you", "I am ready", "stop"))))
    if roll < 0.5:
        return " ".join(str(rng.randint(0, 99)) for _ in range(rng.randint(1, 3)))
    if roll < 0.7:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(2, 4)))
    text = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}"
    return text if rng.random() < 0.5 else text[0].upper() + text[1:]


def say(rng: Random) -> Ask:
    """Exactly what it is asked to say, once or more."""
    text = some_text(rng)
    mark = rng.choice(("", "", '"', "'"))
    shown, colon = mark + text + mark, rng.choice((":", ":", "")) if not mark else rng.choice((":", "", ""))
    roll = rng.random()
    if roll < 0.75:
        return Ask(
            text, (), (f"say{colon} {shown}", f"repeat after me: {shown}", f"repeat{colon} {shown}", f"write{colon} {shown}" if mark or colon else f"say {shown}", f"reply with{colon} {shown}", f"answer with{colon} {shown}", f"say just {shown}", f"repeat this: {shown}", f"repeat the words {shown}", f"say exactly this: {shown}", f"reply with the word {shown}" if " " not in text else f"reply with the words {shown}",
            f"say the word {shown}" if " " not in text else f"say the words {shown}", f"respond with{colon} {shown}", f"write only {shown}", f"reply only with {shown}", f"say {shown} and nothing else", f"echo {shown}", f"answer only {shown}", f"reply with just {shown}", f"copy this: {shown}", f"type {shown}"), (f"repeat after me: {shown}.", f"Echo: {shown}."), (), (f"repeat: {text}",), True,
        )
    count = rng.choice((2, 2, 3, 3, 4))
    word = text if " " not in text else rng.choice(SPELLED)
    many = {2: rng.choice(("twice", "two times")), 3: rng.choice(("three times", "3 times")), 4: "four times"}[count]
    return Ask(" ".join([word] * count), (), (f"say {mark}{word}{mark} {many}", f"repeat {mark}{word}{mark} {many}", f"write {mark}{word}{mark} {many}", f"write the word {mark}{word}{mark} {many}"), literal=True)


def other_case(rng: Random) -> Ask:
    word = rng.choice(rng.choice((SPELLED, ANIMALS, COLOURS, ("hello", "good", "yes", "house"))))
    shown = rng.choice((word, f'"{word}"', f"'{word}'"))
    roll = rng.random()
    if roll < 0.55:
        how = rng.choice(("in capital letters", "in capitals", "in upper case", "in uppercase", "in all caps", "in big letters"))
        return Ask(word.upper(), (f"{shown} {how}", f"the word {shown} {how}"), (f"write {shown} {how}", f"write the word {shown} {how}", f"say {shown} {how}", f"put {shown} {how}", f"convert {shown} to uppercase", f"turn {shown} into capital letters", f"make {shown} uppercase", f"capitalize all letters of {shown}"), keys=(f"upper-case: {word}",), literal=True)
    if roll < 0.75:
        how = rng.choice(("in lower case", "in small letters", "in lowercase"))
        shown = rng.choice((word.upper(), f'"{word.upper()}"', word.capitalize(), f'"{word.capitalize()}"'))
        return Ask(word.lower(), (f"{shown} {how}",), (f"write {shown} {how}", f"write the word {shown} {how}", f"convert {shown} to lowercase", f"make {shown} lowercase"), literal=True)
    short = rng.choice([item for item in SPELLED if len(item) <= 5])
    shown = rng.choice((short, f'"{short}"', f"'{short}'"))
    return Ask(short[::-1], (f"{shown} backwards", f"{shown} spelled backwards", f"the word {shown} in reverse"), (f"write {shown} backwards", f"reverse {shown}", f"reverse the word {shown}", f"spell {shown} backwards", f"reverse the letters of {shown}"), keys=(f"reverse word: {short}",), literal=True)


KINDS = {as_json: 14, listing: 14, given_list: 4, say: 12, other_case: 6}


def requests(rng: Random) -> Ask:
    """One of all of them, none that touches a held-out case."""
    return unheld(rng, KINDS)
