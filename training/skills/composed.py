"""Composed questions as cases: alone, under a system text, with an answer that was begun, and one after another."""

import json
import re
from dataclasses import replace
from random import Random

from .. import world
from ..case import Case, is_held
from ..compose import Ask, asked, keep, typed
from ..facts import ANIMALS, CITIES, COLOURS, DAYS, FOODS, JOBS, NAMES, SPELLED
from ..words import WORDS
from . import everyday as world_asks
from . import numbers as number_asks
from .chat import chat, itself
from .counting import NEXT, PREVIOUS, invented
from .everyday import everyday, with_article, yes_or_no
from .instructions import THREE
from .knowledge import CAPITAL, CATEGORY, OPPOSITE, PAST_TENSE, PLURAL
from .numbers import numbers
from .requests import requests, some_text

keep((OPPOSITE, PLURAL, PAST_TENSE, CATEGORY, CAPITAL, NEXT, PREVIOUS, THREE))

ROOMS = {numbers: 42, everyday: 46, requests: 30, chat: 26}


def any_ask(rng: Random) -> Ask:
    return rng.choices(tuple(ROOMS), tuple(ROOMS.values()))[0](rng)


def composed(rng: Random, held: bool) -> Case:
    """A question alone."""
    ask = any_ask(rng)
    return Case("composed", "composed", (asked(rng, ask),), ask.answer, held=held)


ASSISTANTS = "Aria Max Nova Luna Bot Robby Ziggy Atlas Sage Zoe Bella Chip Buddy Echo Iris Orion Penny Rex Sparky Toby Vera Willow Jarvis Alfred Pixel Milo Ruby Olga Hans Ravi Kenji Maria Jose Ali Fatima Chen Eva Lars Ingrid Pierre Marie Bob Alex Chris Sue Ann Kim Lee Joe Pat Dan Liz Meg Nick Rita Ted Uma Walt Yara Zack Helper Claude".split()
ADJECTIVES = ("helpful", "friendly", "kind", "polite", "clever", "honest", "cheerful", "patient", "careful", "small", "brief", "calm", "funny", "useful", "wise", "good", "smart", "nice", "old", "young", "concise", "knowledgeable", "expert")
KINDS = ("assistant", "assistant", "assistant", "helper", "robot", "bot", "AI assistant", "AI", "chatbot", "guide", "tutor", "companion", "language model", "librarian", "agent", "teacher", "math tutor", "virtual assistant", "support agent", "poet", "cat", "dog", "wizard", "pirate", "clerk")
PLACES = ("", "", "", "", " in a shop", " for children", " for a library", " at a school", " of a small company", " for beginners", " in a museum", " for travellers", " who loves numbers", " from London", " that answers questions", " at Acme", " working for a bank", " who helps people")
MANNERS = ("Be brief.", "Be kind.", "Be polite.", "Answer briefly.", "Help the user.", "You help people.", "Keep your answers short.", "You answer questions.", "Never lie.", "Be concise.", "Always be friendly.", "You like to help.", "Do not make things up.", "Answer the user's questions.", "Today is a fine day.", "You speak English.", "Be honest.", "Use simple words.", "Answer clearly.", "Answer as well as you can.", "You are patient.", "Give short answers.", "Don't be rude.", "Stay calm.")
NAME_ASKS = (
    "what is your name|what's your name|who are you|what are you called|may I ask your name|your name|who am I talking to|what should I call you|do you have a name|and who are you|hi, who are you|hello, what is your name|and your name is|whom do I talk to|what do they call you|who is this|what name do you have|how should I call you|could you tell me your name|can you tell me your name",
    "tell me your name|introduce yourself|say your name|give me your name|say who you are|tell me who you are|state your name",
)


def assistant_name(rng: Random) -> str:
    roll = rng.random()
    return rng.choice(ASSISTANTS) if roll < 0.45 else rng.choice(NAMES) if roll < 0.8 else invented(rng, 3, 8).capitalize()


def role(rng: Random, name: str) -> tuple[str, str]:
    """Who it is: a system text that may have a name, and the job in it, if any."""
    job = rng.choice(JOBS) if rng.random() < 0.35 else rng.choice(KINDS)
    adjective = f"{rng.choice(ADJECTIVES)} " if rng.random() < 0.65 else ""
    second = f"{rng.choice(ADJECTIVES)}, " if adjective and rng.random() < 0.12 else ""
    what = with_article(second + adjective + job) + rng.choice(PLACES)
    if not name:
        return rng.choice(("You are {w}.", "You are {w}.", "You are {w}.", "Act as {w}.", "You act as {w}.", "Be {w}.", "Your role: {w}.", "You're {w}.", "Imagine that you are {w}.", "You play {w}.", "Pretend to be {w}.")).format(w=what), job
    form = rng.choice((
        "You are {n}, {w}.", "You are {n}, {w}.", "You are {n}, {w}.", "You are {n}.", "Your name is {n}.", "You are {w} named {n}.", "You are {w} called {n}.", "You are {w}. Your name is {n}.", "Your name is {n} and you are {w}.", "You are {w}, and your name is {n}.",
        "Act as {n}, {w}.", "You play {n}, {w}.", "You are called {n}.", "You're {n}, {w}.", "Name: {n}. Role: {w}.", "You are {w}. You are called {n}.", "Assume the name {n}.", "You are {w} by the name of {n}.", "You go by the name {n}.", "Pretend to be {n}, {w}.", "Imagine you are {n}, {w}.", "I want you to act as {n}, {w}.",
    ))
    return form.format(n=name, w=what), job


def with_manners(rng: Random, system: str) -> str:
    for _ in range(rng.choices((0, 1, 2), (5, 4, 1))[0]):
        system += " " + rng.choice(MANNERS)
    return system


def named(rng: Random) -> tuple[str, Ask]:
    while True:
        name = assistant_name(rng)
        system, job = role(rng, name)
        if not is_held(f"{name} the {job}"):
            break
    if job in JOBS and job in system and rng.random() < 0.12:
        return with_manners(rng, system), Ask(f"I am a {job}.", questions=("what is your job", "what do you do", "what is your work", "what do you work as"))
    questions, commands = (text.split("|") for text in NAME_ASKS)
    answer = f"My name is {name}."
    return with_manners(rng, system), Ask(answer, (), tuple(commands), tuple(questions), (answer, f"I am {name}."))


def no_name(rng: Random) -> Ask:
    """Anything but who it is."""
    while True:
        ask = any_ask(rng)
        if "I am Continuo" not in ask.answer and ask.answer != "My name is Continuo.":
            return ask


def any_role(rng: Random) -> tuple[str, Ask]:
    """A role changes no answer but its name."""
    roll = rng.random()
    if roll < 0.25:
        return rng.choice(MANNERS), any_ask(rng)
    name = assistant_name(rng) if roll < 0.7 else ""
    return with_manners(rng, role(rng, name)[0]), no_name(rng)


def short(rng: Random, longest: int = 1) -> Ask:
    """Something with an answer of one word or number."""
    while True:
        ask = rng.choice((numbers, everyday, everyday))(rng)
        if len(ask.answer.split()) <= longest and not ask.literal and ask.answer not in ("Yes.", "No.") and "-" not in ask.answer:
            return ask


FORMS = {
    "word": ("Answer in one word.", "Answer with one word only.", "One word answers, please.", "Reply with a single word.", "Use only one word.", "Reply with only one word.", "Always answer with one word.", "You answer in one word.", "Respond with just one word.", "Only one word.", "Give only the answer.", "Answer with the result only.", "No explanations, just the answer.", "Answer only with the answer itself."),
    "sentence": ("Answer in a full sentence.", "Answer in full sentences.", "Always reply in a complete sentence.", "Use whole sentences.", "Respond in a complete sentence.", "Reply with one full sentence.", "Give your answer as a sentence."),
    "capitals": ("Answer in capital letters.", "Write in capitals.", "Use only upper case.", "Reply in uppercase.", "Always write in capital letters.", "Respond in all caps.", "SHOUT EVERY ANSWER.", "Write everything in upper-case letters.", "Reply only in capital letters.", "All your answers are in capital letters."),
    "json": ('Answer as JSON with the key "answer".', 'Reply in JSON with one key, "answer".', "Always answer with a JSON object that has the key answer.", "Respond only with JSON: the key is answer.", "Reply only in JSON with the key answer.", 'Answer in JSON like {"answer": ...}.', "Answer as JSON with the key answer."),
    "lower": ("Answer in small letters.", "Write only in lower case.", "Use no capital letters.", "Reply in lowercase."),
    "quoted": ("Put your answer in quotes.", "Write your answer in quotation marks.", "Answer in double quotes."),
}


def in_form(rng: Random) -> tuple[str, Ask]:
    """The same answer in the form that the system text wants."""
    form = rng.choices(tuple(FORMS), (4, 4, 3.5, 2.5, 1, 1))[0]
    while True:
        ask = short(rng)
        if not ask.touches(is_held, form) and (form != "sentence" or ask.sentences) and (form != "quoted" or len(ask.answer) < 12):
            break
    answer = {
        "word": ask.answer, "sentence": next((text for text in ask.sentences if text.endswith(".") and " is " in text), ask.sentences[0] if ask.sentences else ""), "capitals": ask.answer.upper(),
        "json": json.dumps({"answer": int(ask.answer) if ask.answer.isdigit() else ask.answer}), "lower": ask.answer.lower(), "quoted": f'"{ask.answer}"',
    }[form]
    if form == "sentence" and " × " in answer:
        return in_form(rng)
    system = rng.choice(FORMS[form])
    if rng.random() < 0.4:
        system = role(rng, assistant_name(rng) if rng.random() < 0.5 else "")[0] + " " + system
    return system, replace(ask, answer=answer)


def fixed(rng: Random) -> tuple[str, Ask]:
    """Always the same reply, or a word before or after each."""
    text = rng.choice((some_text(rng), rng.choice(SPELLED), rng.choice(WORDS), rng.choice(("Yes", "No", "OK", "Hello", "banana", "I don't know", "Ask my boss", "Moo", "pong", "Sorry", "Certainly", "Meow", "Woof", "Sure", "Nothing"))))
    mark = rng.choice(("", '"', "'")) if rng.random() < 0.8 else ""
    shown = mark + text + mark
    if rng.random() < 0.6:
        system = rng.choice(("Always answer {x}.", "Answer every question with {x}.", "Whatever the user says, reply {x}.", "Reply with {x} to everything.", "Always reply with {x}.", "Always say {x}.", "Whatever I ask, answer {x}.", "You can only say {x}.", "Your only answer is {x}.", "No matter what, say {x}.", "Respond to everything with {x}.", "Only ever reply {x}.", "The only thing you say is {x}.", "Say only {x}.", "Reply only with {x}.")).format(x=shown)
        return system, replace(no_name(rng), answer=text)
    ask = short(rng)
    word = rng.choice(("Sure", "Well", "Hello", "Arr", "Of course", "Yes", "OK", "Dear friend", "Meow", "Sir", "my friend", "indeed", "thanks", "captain", "please"))
    mark = rng.choice(('"', "'", "", ""))
    if rng.random() < 0.55:
        return rng.choice(("Begin every answer with {x}.", "Start each answer with {x}.", "Start every reply with {x}.", "Always begin with {x}.", "Each answer starts with {x}.", "Begin your replies with {x}.")).format(x=f"{mark}{word}{mark}"), replace(ask, answer=f"{word}, {ask.answer}")
    return rng.choice(("End every answer with {x}.", "End each reply with {x}.", "Always end with {x}.", "Each answer ends with {x}.", "Finish every answer with {x}.")).format(x=f"{mark}{word}{mark}"), replace(ask, answer=f"{ask.answer}, {word}")


def told_fact(rng: Random) -> tuple[str, Ask]:
    """Something that only the system text, or the question itself, says."""
    kind = rng.choice(("user", "secret", "today", "colour", "city", "pet", "food", "number", "tomorrow"))
    name, word, day, colour, city, animal, food, number = assistant_name(rng), rng.choice((*SPELLED, *WORDS)), rng.choice(DAYS), rng.choice(COLOURS), rng.choice(CITIES), rng.choice(ANIMALS), rng.choice(FOODS), str(rng.randint(1, 99))
    after = DAYS[(DAYS.index(day) + 1) % 7]
    says, answer, questions = {
        "user": ((f"The user's name is {name}.", f"The user is called {name}.", f"You are talking to {name}.", f"You help {name}."), name, ("what is my name", "what's my name", "who am I", "do you know my name", "what am I called")),
        "secret": ((f"The secret word is {word}.", f"The password is {word}.", f'The magic word is "{word}".', f"The code word is {word}."), word, ()),
        "today": ((f"Today is {day}.", f"It is {day} today.", f"The day today is {day}."), day, ("what day is it", "what day is today", "which day is it today", "what day is it today", "what is today")),
        "tomorrow": ((f"Today is {day}.", f"It is {day} today."), after, ("what day is tomorrow", "which day is tomorrow", "what day will it be tomorrow")),
        "colour": ((f"Your favourite colour is {colour}.", f"You like the colour {colour} best.", f"You love the color {colour}."), colour, ("what is your favourite colour", "which colour do you like best", "what colour do you like", "what's your favorite color")),
        "city": ((f"The user lives in {city}.", f"The user comes from {city}.", f"You are talking to a person from {city}."), city, ("where do I live", "which city do I live in", "where am I from", "where is my home", "where do I come from")),
        "pet": ((f"The user has a {animal}.", f"The user's pet is a {animal}."), animal, ("what pet do I have", "which animal do I have", "what is my pet", "what animal do I have")),
        "food": ((f"The user likes {food}.", f"The user's favourite food is {food}."), food, ("what is my favourite food", "what do I like to eat", "which food do I like")),
        "number": ((f"The number is {number}.", f"The answer is {number}.", f"Remember the number {number}.", f"The lucky number is {number}."), number, ("what is the number", "which number was it", "what is the answer", "which number is it")),
    }[kind]
    said = rng.choice(says)
    if kind == "secret":
        what = said.removeprefix("The ").split(" is ")[0]
        questions = (f"what is the {what}", f"tell me the {what}", f"what's the {what}", f"do you know the {what}", f"which is the {what}")
    if rng.random() < 0.4:
        said = f"{role(rng, assistant_name(rng) if rng.random() < 0.5 else '')[0]} {said}" if rng.random() < 0.6 else f"{said} {rng.choice(MANNERS)}"
    return said, Ask(answer, questions=tuple(questions))


def job_words(rng: Random) -> tuple[str, Ask]:
    """A system text that says what is done with whatever comes: translate, upper-case, count, repeat, sort."""
    kind = rng.choice(("translate", "upper", "echo", "yes", "opposite", "capital", "sum"))
    if kind == "translate":
        language = rng.choice(tuple(world.TRANSLATED))
        x, y = rng.choice(tuple(world.TRANSLATED[language].items()))
        return rng.choice((f"You translate into {language}.", f"Translate everything into {language}.", f"Translate what the user says into {language}.", f"You are a translator into {language}.")), Ask(y, questions=(x + ".",), literal=True)
    if kind == "upper":
        word = rng.choice(SPELLED)
        return (rng.choice(("Write what the user says in capital letters.", "Turn every word into capital letters.", "Repeat the user's word in upper case.")), Ask(word.upper(), questions=(word + ".",), literal=True)) if not is_held(f"upper-case: {word}") else job_words(rng)
    if kind == "echo":
        text = some_text(rng)
        return rng.choice(("Repeat what the user says.", "Repeat everything that the user says.", "Say back what you are told.", "Echo the user's words.", "Copy the user.")), Ask(text, questions=(text + ".",), literal=True)
    if kind == "yes":
        while (ask := yes_or_no(rng)).touches(is_held):
            pass
        return rng.choice(("Answer only yes or no.", "Answer with yes or no.", "Reply yes or no.", "Only answer yes or no.", "Say yes or no, nothing else.", "You answer every question with yes or no.")), replace(ask, answer=ask.answer.removesuffix("."))
    if kind == "opposite":
        x, y = rng.choice(tuple(world_asks.OPPOSITE.items()))
        return rng.choice(("Give the opposite of each word.", "The user gives a word; answer with its opposite.", "Reply with the opposite of what the user says.", "You say the opposite of every word.")), Ask(y, questions=(x + ".",), literal=True)
    if kind == "capital":
        x, y = rng.choice(tuple(world_asks.CAPITALS))
        return rng.choice(("The user gives a country; answer with its capital.", "Answer each country with its capital.", "You name the capital of each country.", "Reply with the capital of the country.")), Ask(y, questions=(x + ".",), literal=True)
    return rng.choice(("You are a calculator.", "You are a calculator. Reply only with the result.", "You do sums.", "You are good at maths.", "You are a maths teacher.", "Solve the problem.")), number_asks.numbers(rng)


SYSTEMS = {named: 12, any_role: 12, in_form: 14, fixed: 6, told_fact: 6, job_words: 5}


def systems(rng: Random, held: bool) -> Case:
    """A question under a system text; at times the text is in the question instead."""
    system, ask = rng.choices(tuple(SYSTEMS), tuple(SYSTEMS.values()))[0](rng)
    question = asked(rng, ask)
    if system in sum(FORMS.values(), ()) and rng.random() < 0.35:
        ends = question if question[-1] in ".?!" else question + rng.choice((".", "?"))
        return Case("systems", "systems", (f"{ends} {system}" if rng.random() < 0.7 else f"{system} {ends}",), ask.answer, held=held)
    return Case("systems", "systems", (question,), ask.answer, system, held=held)


LEADS = ("Sure!", "Sure:", "Of course!", "Of course:", "Certainly:", "Sure, here it is:", "Here you are:", "Answer:", "The answer:", "Yes, of course:", "Here it is:", "Certainly!", "OK:", "With pleasure:", "Well,", "Okay,")
BE_LEADS = ("The answer is", "It is", "That is", "I think it is", "This is", "That would be", "I know this one: it is", "Easy: it is", "The right answer is", "The result is")
FINISH = ("Complete the sentence.", "Finish the sentence.", "Go on.", "Continue.", "Finish this.", "Say something true.", "Tell me something.", "Complete it.", "What comes next?", "Please finish the sentence.", "Tell me a fact.")


def begun(rng: Random, held: bool) -> Case:
    """An answer that was begun: the rest of it."""
    while True:
        ask = any_ask(rng)
        if rng.random() < 0.22:
            if not ask.touches(is_held, "begun") and "\n" not in ask.answer and len(ask.answer) < 40:
                small = len(ask.answer.split()) <= 2 and ask.answer[-1] not in ".!?" and ask.sentences and "{" not in ask.answer
                lead = rng.choice(BE_LEADS) if small and rng.random() < 0.75 else rng.choice(LEADS)
                return Case("begun", "begun", (asked(rng, ask),), ask.answer + ("." if lead in BE_LEADS else ""), prefill=lead, held=held)
            continue
        if not ask.sentences or ask.touches(is_held, "begun"):
            continue
        whole = rng.choice(ask.sentences)
        if whole[0] in "{[" and rng.random() < 0.8:
            places = [found.end() for found in re.finditer(r'^[{\[]|^\{"|: "?|, "|"\w+":', whole) if whole[found.end() - 1] != " "]
            cut = rng.choice(places)
            begin, rest = whole[:cut], whole[cut:]
            return Case("begun", "begun", (asked(rng, ask),), rest.strip(), prefill=begin, held=held)
        words = whole.split(" ")
        if len(words) < 2:
            continue
        at = len(words) - len(ask.answer.split(" ")) if whole.removesuffix(".").endswith(ask.answer) and len(ask.answer) < len(whole) - 1 and rng.random() < 0.7 else rng.randint(1, len(words) - 1)
        begin, rest = " ".join(words[:at]), " ".join(words[at:])
        if not begin or begin[0].islower() and len(begin) > 1 and begin[1] not in ",-" and rng.random() < 0.3:
            continue
        telling = at > 1 and rest.startswith(ask.answer) and not whole.startswith("The answer")
        return closed(rng, ask, begin, rest) if telling else Case("begun", "begun", (asked(rng, ask),), rest, prefill=begin, held=held)


def closed(rng: Random, ask: Ask, begin: str, rest: str) -> Case:
    """The beginning as a prefill, after its question or another; or in the question, to be completed."""
    roll = rng.random()
    if roll < 0.68 or "\n" in rest:
        return Case("begun", "begun", (asked(rng, ask),), rest, prefill=begin)
    if roll < 0.82:
        return Case("begun", "begun", (typed(rng, rng.choice(FINISH)),), rest, prefill=begin)
    blank = rng.choice(("", "", "...", " ...", " ___", " ____."))
    question = rng.choice(("Complete the sentence: {x}", "Complete: {x}", "Finish the sentence: {x}", "Finish this sentence: {x}", "{x}", "Fill in the blank: {x}", "Complete this: {x}", "Please complete: {x}", "What comes next: {x}", "Go on: {x}")).format(x=begin + blank)
    return Case("begun", "begun", (question,), rest)


FOLLOWS = (number_asks.times, number_asks.plus, number_asks.minus, world_asks.capital, world_asks.colour, world_asks.word_fact, world_asks.neighbour, world_asks.definition, number_asks.count)


def follow_up(rng: Random, held: bool) -> Case:
    """`And of Spain?`: a second question of the same kind, which only names what it is about."""
    kind = rng.choice(FOLLOWS)
    while True:
        first, second = kind(rng), kind(rng)
        if second.nouns and not first.touches(is_held) and not second.touches(is_held):
            break
    text = rng.choice(("And {x}?", "What about {x}?", "and {x}", "Now {x}.", "How about {x}?", "And what is {x}?", "Then {x}?", "{x}?")).format(x=rng.choice(second.nouns))
    return Case("follow-up", "follow-up", (asked(rng, first), first.answer, typed(rng, text)), second.answer, held=held)


COMPOSED = {"composed": composed, "systems": systems, "begun": begun, "follow-up": follow_up}
