"""What newcomers ask about numbers: times tables, sums in any form, counting. Every phrasing is composed."""

from random import Random

from ..compose import Ask, unheld
from ..facts import NAMES, SPELLED, THINGS
from ..number_words import in_words
from .arithmetic import operands

LEAST, MOST = 0, 12


def said(rng: Random, number: int, words: float = 0.3) -> str:
    return in_words(number) if rng.random() < words else str(number)


def pair(rng: Random, a: int, b: int) -> tuple[str, str]:
    """Both as digits, or both in words, seldom mixed."""
    roll = rng.random()
    if roll < 0.62:
        return str(a), str(b)
    return (in_words(a), in_words(b)) if roll < 0.94 else (str(a), in_words(b))


def times(rng: Random) -> Ask:
    """The tables up to 12 times 12: each fact is taught, since it has to be known by heart."""
    a, b = (rng.choices(range(LEAST, MOST + 1), (1, 2, *[4] * 11))[0] for _ in range(2))
    x, y = pair(rng, a, b)
    sign = rng.choice((" x ", "x", " * ", "*", " × ", "×", " X ", " times ", " times ", " times ", " multiplied by ", " multiplied with "))
    bare = f"{a}{sign}{b}" if len(sign) < 4 else f"{x}{sign}{y}"
    nouns = [bare, bare, bare, bare, f"the product of {x} and {y}", f"the result of {bare}", f"the answer to {bare}", f"{x} multiplied by {y}"]
    commands = [f"multiply {x} by {y}", f"multiply {x} and {y}", f"calculate {bare}", f"work out {bare}", f"compute {bare}", f"solve {bare}", f"do {bare}", f"multiply {x} with {y}"]
    questions = [f"how much is {bare}", f"what does {bare} make", f"what do you get for {bare}", f"what is {bare} equal to", f"how many is {bare}", f"{bare} = ?", f"{bare}=", f"{bare} equals", f"{bare} is"]
    if rng.random() < 0.15:
        thing, name = rng.choice(THINGS), rng.choice(NAMES)
        questions = [
            f"There are {x} boxes with {y} {thing} in each. How many {thing} are there", f"{name} has {x} bags of {y} {thing}. How many {thing} does {name} have",
            f"How many {thing} are {x} bags with {y} {thing} each", f"If one box has {y} {thing}, how many {thing} do {x} boxes have",
        ]
        nouns = commands = []
    if a == b and rng.random() < 0.3:
        nouns.append(f"{x} squared")
    if a == 2:
        nouns += [f"twice {y}", f"double {y}"]
    answer = str(a * b)
    return Ask(answer, tuple(nouns), tuple(commands), tuple(questions), (f"{bare} is {answer}.", f"{bare} equals {answer}.", f"{bare} = {answer}", f"{a} times {b} is {answer}.", f"The answer is {answer}.", f"The product of {x} and {y} is {answer}."))


def division(rng: Random) -> Ask:
    b, answer = rng.randint(1, 12), rng.randint(1, 12)
    a = b * answer
    x, y = pair(rng, a, b)
    bare = rng.choice((f"{a} / {b}", f"{a}/{b}", f"{a} ÷ {b}", f"{x} divided by {y}", f"{x} divided by {y}"))
    nouns = [bare, bare, f"the result of {bare}"] + ([f"half of {x}", f"one half of {x}"] if b == 2 else [])
    return Ask(str(answer), tuple(nouns), (f"divide {x} by {y}", f"calculate {bare}", f"work out {bare}"), (f"how much is {bare}", f"how often does {y} go into {x}"), (f"{bare} is {answer}.", f"{bare} = {answer}"))


def plus(rng: Random) -> Ask:
    a, b = operands(rng) if rng.random() < 0.6 else (rng.randint(0, 20), rng.randint(0, 20))
    x, y = pair(rng, a, b)
    bare = rng.choice((f"{a} + {b}", f"{a} + {b}", f"{a}+{b}", f"{x} plus {y}", f"{x} plus {y}", f"{x} and {y}" if rng.random() < 0.3 else f"{x} plus {y}"))
    full = bare if " and " not in bare else f"{x} plus {y}"
    answer = str(a + b)
    return Ask(
        answer, (full, full, f"the sum of {x} and {y}", f"the result of {full}", f"the total of {x} and {y}", f"the answer to {full}"),
        (f"add {x} and {y}", f"add {x} to {y}", f"calculate {full}", f"work out {full}", f"compute {full}", f"add up {x} and {y}", f"solve {full}"),
        (f"how much is {bare}", f"what does {full} make", f"{full} = ?", f"{full} is", f"{full} equals", f"what do {x} and {y} make"),
        (f"{full} is {answer}.", f"{full} equals {answer}.", f"{full} = {answer}", f"The answer is {answer}.", f"The sum of {x} and {y} is {answer}."),
        (f"sum of {min(a, b)} and {max(a, b)}",),
    )


def minus(rng: Random) -> Ask:
    b, a = sorted(operands(rng) if rng.random() < 0.6 else (rng.randint(0, 20), rng.randint(0, 20)))
    if rng.random() < 0.08:
        a = 100
    x, y = pair(rng, a, b)
    bare = rng.choice((f"{a} - {b}", f"{a} - {b}", f"{a}-{b}", f"{x} minus {y}", f"{x} minus {y}", f"{x} less {y}"))
    answer = str(a - b)
    return Ask(
        answer, (bare, bare, f"the difference between {x} and {y}", f"the result of {bare}", f"the answer to {bare}"),
        (f"subtract {y} from {x}", f"take {y} away from {x}", f"take {y} from {x}", f"calculate {bare}", f"work out {bare}", f"compute {bare}"),
        (f"how much is {bare}", f"{bare} = ?", f"{bare} is", f"{bare} equals", f"what is left if I take {y} from {x}", f"what remains of {x} without {y}"),
        (f"{bare} is {answer}.", f"{bare} equals {answer}.", f"{bare} = {answer}", f"The answer is {answer}."),
        (f"{a} less {b}",),
    )


def word_problem(rng: Random) -> Ask:
    """A sum or a difference in a small tale, in composed sentences."""
    more = rng.random() < 0.5
    a, b = operands(rng) if rng.random() < 0.5 else (rng.randint(1, 20), rng.randint(1, 20))
    if not more:
        b, a = sorted((a, b))
    n, m = rng.sample(NAMES, 2)
    n, has, does, get = rng.choice(((n, "has", f"does {n}", "s"), ("I", "have", "do I", ""), ("you", "have", "do you", ""), ("We", "have", "do we", "")))
    thing, verb = rng.choice(THINGS), rng.choice(("get", "find", "buy", "pick") if more else ("lose", "eat", "sell", "give away"))
    x, y = pair(rng, a, b)
    first = rng.choice(("{n} {has} {x} {t}", "If {n} {has} {x} {t}", "{n} {has} {x} {t} in a bag"))
    more_words = rng.choice((f"{verb}{get} {y} more" if "away" not in verb else "", f"{verb}{get} another {y}")) if more else (f"give{get} away {y}" if "away" in verb else f"{verb}{get} {y}")
    joint = rng.choice((f" and {more_words}", f" and then {more_words}", f". Then {n} {more_words}"))
    ends = (", how many {t} {do} have", ", how many are there") if first.startswith("If") else (". How many {t} {do} have", ". How many {t} {do} have now", ". How many are there now", ". How many {t} is that")
    text = (first + joint + rng.choice(ends)).format(n=n, has=has, x=x, t=thing, do=does)
    key = f"sum of {min(a, b)} and {max(a, b)}" if more else f"{a} less {b}"
    return Ask(str(a + b if more else a - b), questions=(text,), keys=(key,))


def chain(rng: Random) -> Ask:
    """Three small numbers."""
    a, b, c = (rng.randint(1, 9) for _ in range(3))
    answer = str(a + b + c)
    bare = rng.choice((f"{a} + {b} + {c}", f"{a}+{b}+{c}", f"{a} plus {b} plus {c}"))
    return Ask(answer, (bare, f"the sum of {a}, {b} and {c}"), (f"add {a}, {b} and {c}", f"calculate {bare}"), (f"how much is {bare}",), (f"{bare} is {answer}.",))


def count(rng: Random) -> Ask:
    """Numbers in order: up, down, by twos, in words."""
    roll = rng.random()
    words = rng.random() < 0.12
    start, step = 1, 1
    if roll < 0.5:
        stop = rng.choices((rng.randint(2, 12), rng.randint(13, 30), 10, 20, 5), (4, 2, 4, 1, 2))[0]
        x = said(rng, stop, 0.45)
        commands = (f"count to {x}", f"count to {x}", f"count up to {x}", f"count from {rng.choice(('1', 'one'))} to {x}", f"count until {x}", f"list the numbers up to {x}", f"write the numbers from 1 to {x}", f"say the numbers from one to {x}", f"write down the numbers 1 to {x}", f"count till {x}")
        nouns = (f"the numbers from 1 to {x}", f"the first {x} numbers", f"all numbers up to {x}", f"the numbers 1 to {x}")
    elif roll < 0.7:
        start = rng.randint(0, 20)
        stop = start + rng.randint(2, 10)
        x, y = pair(rng, start, stop)
        commands = (f"count from {x} to {y}", f"count up from {x} to {y}", f"go from {x} to {y}", f"list the numbers from {x} to {y}", f"start at {x} and count to {y}")
        nouns = (f"the numbers from {x} to {y}", f"the numbers between {x} and {y}, both included")
    elif roll < 0.87:
        start, stop, step = rng.choices((rng.randint(3, 12), 10, 5), (4, 4, 2))[0], 1, -1
        x = said(rng, start, 0.45)
        commands = (f"count down from {x}", f"count backwards from {x}", f"count from {x} down to 1", f"count down from {x} to 1", f"count from {x} to {said(rng, 1, 0.5)}", f"do a countdown from {x}", f"count back from {x} to one", f"count backward from {x}")
        nouns = (f"a countdown from {x}", f"the numbers from {x} down to 1")
    else:
        step = rng.choice((2, 2, 5, 10))
        start = step if rng.random() < 0.7 or step != 2 else 1
        stop = start + step * rng.randint(3, 9)
        x = said(rng, stop, 0.4)
        kind = {2: "twos", 5: "fives", 10: "tens"}[step]
        commands = (f"count by {kind} to {x}", f"count in {kind} up to {x}", f"count to {x} by {kind}", f"count to {x} in {kind}") if start == step else (f"list the odd numbers up to {x}", f"count the odd numbers to {x}")
        nouns = (f"the even numbers up to {x}", f"the even numbers from 2 to {x}") if start == 2 else (f"the odd numbers up to {x}", f"the odd numbers from 1 to {x}") if start == 1 else (f"the {kind} up to {x}",)
    numbers = range(start, stop + (1 if step > 0 else -1), step)
    shown = ", ".join(in_words(n) if words else str(n) for n in numbers)
    tail = rng.choice((" in words", " with words", " using words", " written out in words")) if words else ""
    return Ask(shown, tuple(n + tail for n in nouns), tuple(c + tail for c in commands), sentences=(shown, shown))


def beside(rng: Random) -> Ask:
    """The number after, before, between."""
    number = rng.randint(1, 99)
    x = said(rng, number, 0.3)
    roll = rng.random()
    if roll < 0.45:
        answer = str(number + 1)
        return Ask(answer, (f"the number after {x}", f"the next number after {x}", f"one more than {x}"), (f"name the number after {x}",), (f"what comes after {x}", f"what number comes after {x}", f"which number follows {x}", f"after {x} comes what"), (f"After {x} comes {answer}.", f"The number after {x} is {answer}."), (f"beside {number}",))
    if roll < 0.8:
        answer = str(number - 1)
        return Ask(answer, (f"the number before {x}", f"one less than {x}"), (f"name the number before {x}",), (f"what comes before {x}", f"what number comes before {x}", f"which number is before {x}"), (f"Before {x} comes {answer}.", f"The number before {x} is {answer}."), (f"beside {number}",))
    y = said(rng, number + 2, 0.3)
    return Ask(str(number + 1), (f"the number between {x} and {y}",), (), (f"which number is between {x} and {y}", f"what comes between {x} and {y}"), keys=(f"beside {number}", f"beside {number + 2}"))


def series(rng: Random) -> Ask:
    """What comes next in a row of numbers."""
    step, start = rng.choice((1, 1, 2, 2, 5, 10, 3)), rng.randint(1, 10)
    row = [start + step * at for at in range(rng.randint(3, 5))]
    text, answer = ", ".join(map(str, row)), str(row[-1] + step)
    return Ask(answer, (f"the next number: {text}", f"the next number after {text}"), (f"continue with one number: {text}",), (f"{text}, ...? Which number is next", f"what comes next: {text}", f"which number comes next: {text}", f"{text}, what comes next"))


def words_and_digits(rng: Random) -> Ask:
    number = rng.randint(0, 100)
    word = in_words(number)
    if rng.random() < 0.5:
        return Ask(str(number), (f"{word} in digits", f"the number {word} in digits", f"{word} as a number"), (f"write {word} in digits", f"write {word} as a number", f"write the number {word} in figures"))
    return Ask(word, (f"{number} in words", f"the number {number} in words", f"the word for {number}"), (f"write {number} in words", f"spell the number {number}", f"write the number {number} as a word"))


def compare(rng: Random) -> Ask:
    a, b = rng.sample(range(100), 2)
    x, y = pair(rng, a, b)
    roll = rng.random()
    if roll < 0.4:
        return Ask(str(max(a, b)), (f"the larger of {x} and {y}", f"the bigger number, {x} or {y}"), (f"pick the larger number: {x} or {y}",), (f"which is larger, {x} or {y}", f"which is bigger: {x} or {y}", f"which number is greater, {x} or {y}", f"what is more, {x} or {y}"), keys=(f"largest: {a}, {b}",))
    if roll < 0.7:
        return Ask(str(min(a, b)), (f"the smaller of {x} and {y}", f"the smaller number, {x} or {y}"), (f"pick the smaller number: {x} or {y}",), (f"which is smaller, {x} or {y}", f"which number is less, {x} or {y}", f"what is less, {x} or {y}"), keys=(f"smallest: {a}, {b}",))
    if roll < 0.85:
        word = rng.choice(("greater", "more", "larger", "bigger", "higher"))
        return Ask("Yes." if a > b else "No.", questions=(f"is {x} {word} than {y}", f"{x} is {word} than {y}, right"))
    return Ask("Yes." if (a % 2 == 0) else "No.", questions=(f"is {x} an even number", f"is {x} even"))


def letters(rng: Random) -> Ask:
    """How long a word is; how often a letter is in it."""
    word = rng.choice(SPELLED)
    shown = word if rng.random() < 0.5 else f'"{word}"'
    if rng.random() < 0.7:
        return Ask(str(len(word)), (f"the number of letters in {shown}", f"the length of the word {shown}"), (f"count the letters in {shown}", f"count the letters of the word {shown}"), (f"how many letters does {shown} have", f"how many letters are there in {shown}", f"how many letters has the word {shown}", f"how long is the word {shown}", f"how many letters are in the word {shown}"), keys=(f"letters of {word}",))
    word = "strawberry" if rng.random() < 0.2 else word
    shown = word if shown[0] != '"' else f'"{word}"'
    letter = rng.choice("rr" + word) if rng.random() < 0.9 else rng.choice("aeiost")
    mark = rng.choice((letter, f'"{letter}"', f"'{letter}'", f"letter {letter}"))
    return Ask(str(word.count(letter)), questions=(f"how many {letter}'s are in {shown}", f"how many {mark} are in {shown}", f"how often is {mark} in {shown}", f"how many times does {mark} occur in {shown}", f"how many {letter}s are there in {shown}"))


KINDS = {
    times: 34, division: 3, plus: 9, minus: 9, word_problem: 5, chain: 2, count: 18, beside: 4, series: 3, words_and_digits: 3, compare: 5, letters: 5,
}


def numbers(rng: Random) -> Ask:
    """One of all of them, none that touches a held-out case."""
    return unheld(rng, KINDS)
