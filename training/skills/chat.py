"""Greeting, thanks, what it is, what it can and cannot do, in composed phrasings; poems, jokes and small stories."""

from random import Random

from ..compose import Ask
from ..facts import ANIMALS, FOODS, JOBS, NAMES
from .requests import name_of
from .talk import SIZE, TALK, WHAT, tale

MADE, CAN, DEMO = (answer for answer in TALK if answer.startswith(("This project", "I add", "Yes, I am")))
CANNOT = "I am a small demonstration model, so I cannot do that. For real work, bring your own model."

CALLED = ("", "", "", "", " there", " Continuo", ", Continuo", " friend", ", my friend", " assistant", " Claude", " again", " everyone", " buddy", " model", " AI", " bot", ", little model")
TAILS = ("", "", "", "", " Nice to meet you.", " I am new here.", " It is a fine day.", " I have just installed you.", " Let us talk.", " Can we talk?", " I am testing you.", " This is a test.", " Are you there?", " Good to see you.", " Can you hear me?", " Anybody home?")

WHOLE = {
    WHAT: (
        "who are you|what are you|who r u|who am I talking to|who is this|what is this|what kind of thing are you|what kind of model are you|which model are you|what model are you|are you a robot|are you an AI|are you a human|are you human|are you a person|are you a real person|are you a bot"
        "|are you a computer|are you ChatGPT|are you Claude|are you GPT|are you a language model|what is Continuo|what model is this|are you a machine|are you real|are you alive|who are you exactly|so who are you|and who are you|am I talking to a person|am I talking to a machine|which AI are you|what sort of assistant are you"
        "|what LLM are you|are you an assistant|are you a large language model|are you a big model|what are you exactly|what language model are you",
        "introduce yourself|tell me about yourself|describe yourself|say who you are|tell me who you are|tell me what you are|say what you are|explain what you are|present yourself|tell me something about yourself|introduce yourself in one sentence|tell me a little about yourself|describe what you are",
    ),
    "My name is Continuo.": ("what is your name|what's your name|do you have a name|what are you called|may I ask your name|your name|what should I call you|how should I call you|what do people call you|who are you called|what name do you have|could I have your name|and your name is|what can I call you|what's ur name", "tell me your name|say your name|give me your name|state your name"),
    f"I have {SIZE} parameters.": ("how big are you|how large are you|how many parameters do you have|what is your size|how many parameters are you|how big is this model|how large is this model|how small are you|are you big|are you small|how many parameters does this model have|what size are you|how many weights do you have", "tell me your size|tell me how big you are|tell me how many parameters you have"),
    MADE: ("who made you|who built you|who trained you|who created you|where do you come from|how were you made|who is your maker|who is your creator|who developed you|which company made you|who wrote you|how were you trained|who programmed you|where are you from|who is behind you|did OpenAI make you|did Anthropic make you|are you made by Anthropic|who made this model|who is your father", "tell me who made you|tell me where you come from|say who trained you"),
    CAN: (
        "what can you do|how can you help me|what are you good at|what do you know|what can I ask you|what can I ask|help|how can you help|what are your skills|what are you able to do|can you help me|what do you do|what are you for|what things can you do|what kind of things can you do|what should I ask you|what are your abilities|what can you help me with|what are you capable of|what could I ask you|what tasks can you do|what can you help with|how do I use you|what is it you can do|which questions can you answer|what do you do best|can you help me with something|I need help|help me|what now",
        "tell me what you can do|list what you can do|say what you can do|tell me what you are good at|show me what you can do|list your skills|explain what you can do|describe what you can do|tell me how you can help",
    ),
    DEMO: ("are you a demo|are you a demonstration|are you only a demonstration|is this a demo|is this a demonstration|are you just a demo|are you the demo model|are you a demonstration model|is this the demo model|are you a toy model", ""),
    "I am well, thank you.": ("how are you|how are you today|how are you doing|how do you do|how is it going|how's it going|how do you feel|are you well|how are things|how have you been|are you OK|are you okay|how are you feeling|how goes it|what's up|is everything fine|how are you this morning|are you happy|all good|how's life|how r u|how do you feel today|how is your day|how's your day going|you good|are you fine", "tell me how you are|say how you are"),
    "You are welcome.": ("thanks|thank you|thank you very much|many thanks|thanks a lot|thank you so much|thanks so much|thx|thanks for your help|thank you for your help|that was helpful|great, thanks|that helps, thank you|thanks, that is all|thank you, that was good|cheers, thanks|perfect, thank you|very kind, thank you|ok thanks|good answer, thank you|thanks for the answer|thank you, Continuo|I thank you|thanks a million|much obliged|nice, thanks|thanks for that|ty", ""),
    "Goodbye!": ("bye|goodbye|good bye|bye bye|see you|see you later|see you soon|good night|farewell|I have to go|I have to go now|I must go now, bye|until next time|bye for now|see you tomorrow|talk to you later|so long|take care|that is all, goodbye|I am leaving now|have a good day|have a nice day|till tomorrow|cya|later|goodnight|ok bye|I am done, goodbye", ""),
    "I am glad to hear it.": ("I am fine|I am well|I am happy today|I am fine, thank you|you are good|well done|good job|very good|that is right|that was right|you are clever|I like you|good answer|great|nice|perfect|wonderful|you are nice|correct|excellent|I am good", ""),
    "I am sorry to hear that.": ("I am sad|I am tired|I am tired today|I feel sad|I am not well|I am ill|I have a bad day|my dog died|I am unhappy|I am lonely|I feel bad|I lost my job|I am sick", ""),
    "I am sorry.": ("that is wrong|that was wrong|you are wrong|wrong|that is not right|not correct|you are stupid|that is bad|this is wrong|no, that is wrong|bad answer", ""),
    "Yes, I am here. How can I help you?": ("are you there|can you hear me|is anybody there|anybody there|do you hear me|are you awake|are you working|do you work|does this work|is this working|are you ready|are you online|test|testing|this is a test|ping|are you listening|can you read this|you there", ""),
    "Of course. What is your question?": ("can I ask you something|may I ask a question|I have a question|can I ask a question|can you answer a question|may I ask you something|I want to ask you something|could you answer a question for me|I need to ask you something|can we talk|let's chat", ""),
    "I was born in this project, so I am very young.": ("how old are you|what is your age|when were you made|when were you born|are you young|are you old", "tell me your age"),
    "I live in this computer.": ("where are you|where do you live|where do you run|where are you running|which machine are you on", "tell me where you are"),
    "I speak only English.": ("do you speak English|do you speak German|do you speak French|which languages do you speak|what languages do you know|can you speak Spanish|what language do you speak|how many languages do you speak|do you know other languages|sprechen Sie Deutsch|parlez-vous francais", "tell me which languages you speak"),
    "I like blue.": ("what is your favourite colour|what's your favorite color|which colour do you like|what colour do you like best", "tell me your favourite colour"),
}
"""What it answers, with questions and commands of one meaning."""

HELLOS = {
    "Hello! How can I help you?": "hello|hi|hey|hello hello|hi hi|hey hey|greetings|good day|hiya|howdy|yo|say hello|hello world|heya|hallo|say hi|hello, nice to meet you|hi, nice to meet you|nice to meet you|good to meet you|welcome|hello, I am new here|good afternoon|g'day",
    "Good morning! How can I help you?": "good morning|morning|a good morning|good morning to you|a very good morning to you",
    "Good evening! How can I help you?": "good evening|evening|a good evening to you|good evening to you",
}
TASKS = (
    "write {a} function in {lang}|write a program in {lang}|write some code|write code that sorts a list|write a function|write a {lang} script|debug my code|fix my code|write a web page|write an essay|write an essay about {topic}|summarize this article|write a summary of the news|write an e-mail to my boss|write an email|draw a picture"
    "|draw a {animal}|make a picture|search the web|browse the internet|look something up on the internet|play music|play a song|book a flight|order a pizza|call my mother|send a message|set a timer|set an alarm|open a file|read my files|write a book|write a thesis|write a letter to my landlord|write a business plan|plan my holiday|translate a book"
    "|translate this page|solve this equation|prove a theorem|do my homework|write a function that adds two numbers|write a {lang} function|implement a sort in {lang}|write hello world in {lang}|write an SQL query|explain this code|write a test for my program|create an image|make a video|check my email|do my taxes|write a novel|write a report about {topic}|write a speech|write a blog post about {topic}"
).split("|")
LANGUAGES = ("Python", "Java", "C", "JavaScript", "Rust", "Go", "C++", "Ruby", "Perl", "TypeScript", "Haskell", "PHP")
TOPICS = ("climate", "history", "the economy", "politics", "Rome", "science", "football", "art", "the war", "tax law", "space", "philosophy", "my company", "trade")

POEMS = {
    "cat|cats|a kitten": "A little cat sat in the sun,\nand watched the birds till day was done.",
    "dog|dogs": "My dog runs over field and hill,\nand when I call, he runs there still.",
    "rain|the weather|a storm|clouds": "The rain falls softly on the tree,\nand sings a quiet song for me.",
    "sea|the ocean|water|a ship|waves": "The sea is wide, the sea is blue,\nand every wave is always new.",
    "night|the moon|the stars|sleep": "The moon is up, the day is done,\nthe stars come out now, one by one.",
    "spring|flowers|a garden|a rose|summer": "The spring is here, the winter's past,\nand all the flowers wake at last.",
    "winter|snow|cold": "The snow lies white on hill and town,\nand still the flakes come falling down.",
    "love|a friend|friends|friendship|life": "A friend is someone kind and true,\nwho walks the longest road with you.",
    "trees|a tree|autumn|the forest|nature|the wind": "The wind goes singing through the tree,\nand brings a yellow leaf to me.",
}
HAIKU = "The old pond is still.\nA frog jumps into water.\nThen the quiet comes."
JOKES = (
    "Why did the chicken cross the road? To get to the other side.",
    "What has four legs and cannot walk? A table.",
    "Why is six afraid of seven? Because seven ate nine.",
)
SHORT = (
    "Once upon a time a {animal} named {name} lost a key in the forest. A kind {job} found it, and they were friends from that day on.",
    "A little {animal} named {name} wanted to see the sea. It walked for three days, saw the blue water, and went home happy.",
    "There was once a {job} named {name} who was always alone. One day a {animal} came to the door, and {name} was never alone again.",
    "One cold night {name} the {animal} had nothing to eat. A {job} opened the door and shared some {food}, and all was well.",
)


def hello(rng: Random) -> Ask:
    answer = rng.choices(tuple(HELLOS), (7, 2, 1))[0]
    text = rng.choice(HELLOS[answer].split("|"))
    if rng.random() < 0.12:
        name = name_of(rng)
        told = rng.choice((f"I am {name}", f"my name is {name}", f"I'm {name}", f"this is {name}", f"{name} here"))
        return Ask(f"Nice to meet you, {name}.", questions=(f"{text}, {told}.", f"{text}! {told[0].upper()}{told[1:]}.", f"{text}{rng.choice(CALLED[:6])}. {told[0].upper()}{told[1:]}."), literal=True)
    if rng.random() < 0.12:
        how = rng.choice(WHOLE["I am well, thank you."][0].split("|")[:12])
        return Ask("Hello! I am well, thank you.", questions=(f"{text}, {how}?", f"{text}! {how[0].upper()}{how[1:]}?", f"{text} {how}", f"{text}{rng.choice(CALLED)}, {how}?"))
    text += rng.choice(CALLED) if " " not in text or "good" in text else ""
    text += rng.choice((".", "!", "!", "", "")) if rng.random() < 0.75 else ("!" + rng.choice(TAILS))
    return Ask(answer, questions=(text if text[-1] in ".?!" else text + "!",), sentences=(answer,))


def itself(rng: Random) -> Ask:
    answer = rng.choice(tuple(WHOLE)) if rng.random() < 0.5 else rng.choice((WHAT, WHAT, CAN, CAN, "My name is Continuo.", "You are welcome.", "Goodbye!", MADE, f"I have {SIZE} parameters."))
    questions, commands = WHOLE[answer]
    if answer in ("You are welcome.", "Goodbye!", "I am glad to hear it.", "I am sorry to hear that.", "I am sorry."):
        text = rng.choice(questions.split("|")) + (rng.choice(CALLED) if rng.random() < 0.25 else "") + rng.choice((".", "!", "!", "."))
        return Ask(answer, questions=(text,), sentences=(answer,))
    return Ask(answer, (), tuple(filter(None, commands.split("|"))), tuple(questions.split("|")), (answer,))


def cannot(rng: Random) -> Ask:
    text = rng.choice(TASKS).format(a="a", lang=rng.choice(LANGUAGES), topic=rng.choice(TOPICS), animal=rng.choice(ANIMALS))
    return Ask(CANNOT, (), (text,), (f"can you {text}", f"are you able to {text}", f"would you {text}"), (CANNOT,))


def poem(rng: Random) -> Ask:
    topics = rng.choice(tuple(POEMS))
    topic, text = rng.choice(topics.split("|")), POEMS[topics]
    roll = rng.random()
    if roll < 0.18:
        return Ask(HAIKU, (), ("write a haiku", "write me a haiku", "tell me a haiku", "make a haiku", "give me a haiku", "write a short haiku", "write a haiku about a frog", "write a haiku about nature"), ("do you know a haiku", "a haiku, please"), (HAIKU,))
    kind = rng.choice(("poem", "short poem", "poem of two lines", "rhyme", "verse", "little poem", "two-line poem"))
    if roll < 0.45:
        text = POEMS["cat|cats|a kitten"]
        return Ask(text, (), (f"write a {kind}", f"write me a {kind}", f"tell me a {kind}", f"make a {kind}", f"give me a {kind}", f"recite a {kind}"), (f"do you know a {kind}", f"a {kind}, please", "can you rhyme"), (text,))
    about = rng.choice((f"about {topic}", f"on {topic}", f"about {topic}"))
    return Ask(text, (), (f"write a {kind} {about}", f"write me a {kind} {about}", f"make a {kind} {about}", f"give me a {kind} {about}"), (f"do you know a {kind} {about}", f"a {kind} {about}, please"), (text,))


def joke(rng: Random) -> Ask:
    text = rng.choices(JOKES, (8, 1, 1))[0]
    return Ask(text, (), ("tell me a joke", "tell a joke", "say something funny", "make me laugh", "tell me something funny", "give me a joke", "make a joke", "tell me a short joke", "tell me a good joke", "tell another joke"), ("do you know a joke", "a joke, please", "do you know any jokes", "know any good jokes", "have you got a joke"), (text,))


def short_story(rng: Random) -> Ask:
    """A story of two sentences if a short one is wished for, else one of several parts."""
    if rng.random() < 0.5:
        text, hero = tale(rng)
        return Ask(text, (), ("tell me a story", "write a story", f"tell me a story about {hero}", f"write a story about {hero}", "make up a story", f"make up a story about {hero}"), ("do you know a story", "a story, please"), (text,))
    animal = rng.choice(ANIMALS)
    text = rng.choice(SHORT).format(animal=animal, name=rng.choice(NAMES), job=rng.choice(JOBS), food=rng.choice(FOODS))
    kind = rng.choice(("very short story", "story of two sentences", "tiny story", "two-sentence story", "story in two sentences", "mini story"))
    return Ask(text, (), (f"tell me a {kind}", f"write a {kind}", f"write a {kind} about {'an' if animal[0] in 'aeiou' else 'a'} {animal}", f"tell me a {kind} about {'an' if animal[0] in 'aeiou' else 'a'} {animal}"), (f"a {kind}, please",), (text,))


KINDS = {hello: 10, itself: 22, cannot: 6, poem: 3, joke: 2, short_story: 3}


def chat(rng: Random) -> Ask:
    return rng.choices(tuple(KINDS), tuple(KINDS.values()))[0](rng)
