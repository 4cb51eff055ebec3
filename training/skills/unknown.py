"""Questions beyond its world, which it answers with "I don't know."""

from random import Random

from ..case import Case, Phrasings, courteous
from ..facts import NAMES
from .counting import invented

ANSWER = "I don't know."

ASKED = Phrasings(
    train=(
        "Who won the {event} last year?", "Who is the president of {land}?", "What is the weather in {land} today?", "How far is {land} from {land2}?",
        "Who wrote {work}?", "When was {person} born?", "What is the price of {good}?", "How does {device} work?", "Why is the {nature} so {adjective}?",
        "Explain {science} to me.", "What did {person} do yesterday?", "How many people live in {land}?", "What is the phone number of {person}?",
        "Who invented the {device}?", "When did the war in {land} begin?", "How tall is the {place}?", "Which film won the {event}?", "What is the meaning of {science}?",
        "What is the capital of {madeup}?", "What is a {madeup}?", "Who is {person}?", "Where is {madeup}?", "How do I repair my {device}?", "What is the law about {good} in {land}?",
        "What time is it in {land}?", "Which medicine helps against {illness}?", "How do you treat {illness}?", "What is the stock price of {madeup}?", "What is the password of {person}?",
        "How much does a {device} cost?", "Who sang {work}?", "What happens at the end of {work}?", "Which team plays in {land}?", "What language do they speak in {land}?",
        "What was the score of the {event}?", "Who discovered {science}?", "How old is {person}?", "Where was {person} born?", "What is {person}'s address?", "How deep is the {nature}?",
        "When does the next train to {land} leave?", "Can you tell me the news about {land}?", "What is in the news about {person}?", "Why did {person} leave {land}?",
        "What does {person} think about {science}?", "How is {good} made?", "What is the best {device}?", "Translate {good} into the language of {land}.", "Who built the {place}?",
        "What will the weather be like tomorrow in {land}?", "Will it rain tomorrow?", "What day is it today?", "What am I thinking of?", "What is my mother's name?", "Which bus goes to the {place}?",
        "When was the {place} built?", "How many {nature}s are there in {land}?", "Tell me about {science}.", "Tell me about the history of {land}.", "Describe the {place}.",
        "What is the currency of {land}?", "Who is the king of {madeup}?", "Give me a recipe for {good}.", "What is the formula of {science}?", "How many calories are in {good}?",
        "What are the symptoms of {illness}?", "What did the newspaper say about {person}?", "In which year did {person} win the {event}?", "Which planet is the {adjective}est?",
        "What is the population of {madeup}?", "Who painted {work}?", "Where can I buy {good}?", "How long does it take to get to {land}?", "What is the square root of {science}?",
        "Why do people like {good}?", "Is {person} married?", "Did {person} win the {event}?", "What is the plural of {madeup}?",
        "What is the opposite of {madeup}?", "What does {madeup} mean?", "Who lives in {madeup}?", "What is the speed of {device}s?", "Who is the author of {work}?",
    ),
    held=(
        "Who won the {event} in {land}?", "What is the temperature in {land} today?", "When was {work} written?", "How much does {good} cost in {land}?", "Who is the mayor of {madeup}?",
        "What is {person}'s phone number?", "How does a {device} work?", "Where does {person} live?", "Can you explain {science}?", "What is the history of the {place}?",
        "What is the cure for {illness}?", "How many people work at the {place}?", "Who is the richest person in {land}?", "When will {person} arrive?", "What is the latest news from {land}?",
        "Where is the {place}?", "Who made the first {device}?", "What do you know about {science}?", "When did {person} die?", "How high is the {nature} in {land}?",
    ),
)
FILLERS = {
    "event": "world cup,election,football final,chess match,song contest,race,tournament,film prize,boat race,marathon".split(","),
    "land": "Russia,Mongolia,Texas,Africa,Alaska,London,Tibet,Paris,Chile,Bolivia,California,Norway,New York,Siberia,Rome,Egypt,Japan,Wales,Berlin,Peru".split(","),
    "work": "the opera,that famous song,the last novel,Hamlet,the Odyssey,the new film,that symphony,the Mona Lisa,the encyclopedia,the national anthem".split(","),
    "person": "the prime minister,Napoleon,Mozart,my neighbour,the pope,Einstein,Cleopatra,your programmer,the mayor,Shakespeare,the queen,Columbus,Newton,my cousin,Caesar".split(","),
    "good": "petrol,gold dust,chocolate pudding,insurance,electricity,cement,lasagna,perfume,whisky,glass,soap,paper,sushi,a ticket,a house".split(","),
    "device": "computer,telephone,refrigerator,rocket,microscope,television,laser,steam engine,camera,radio,printer,dishwasher,battery,submarine".split(","),
    "nature": "ocean,volcano,desert,mountain,waterfall,glacier,sky,lake,jungle,canyon".split(","),
    "adjective": "blue,deep,hot,large,cold,bright,old,strange,near,warm".split(","),
    "science": "gravity,photosynthesis,quantum mechanics,evolution,relativity,inflation,algebra,electricity,chemistry,the big bang,democracy,philosophy,magnetism,a black hole,DNA".split(","),
    "place": "Eiffel Tower,cathedral,castle on the hill,museum,airport,Great Wall,town hall,university,stadium,old bridge,pyramid,lighthouse".split(","),
    "illness": "fever,measles,a cold,headache,malaria,asthma,a broken leg,toothache,influenza,a cough".split(","),
}


def fill(rng: Random, phrasing: str) -> str:
    values = {name: rng.choice(choices) for name, choices in FILLERS.items()}
    values["land2"] = rng.choice(FILLERS["land"])
    values["madeup"] = invented(rng, 5, 9).capitalize()
    if rng.random() < 0.2:
        values["person"] = f"{rng.choice(NAMES)} {invented(rng, 5, 8).capitalize()}"
    return phrasing.format(**values)


def unknown(rng: Random, held: bool) -> Case:
    phrasing = ASKED.choose(rng, held)
    question = fill(rng, phrasing)
    return Case("unknown", "phrasing: " + phrasing, (question if held else courteous(rng, question),), ANSWER, held=held)
