"""The held-out cases, the same in every run, and how an answer is judged."""

from random import Random

from .case import Case
from .facts import ANIMALS, JOBS
from .skills import MEASURED


def held_cases(skill: str, count: int, seed: int = 2026) -> list[Case]:
    """So many different cases of a skill that training never sees."""
    maker, _ = MEASURED[skill]
    rng = Random(f"{seed} {skill}")
    found: dict[str, Case] = {}
    for _ in range(count * 50):
        case = maker(rng, True)
        found.setdefault(case.prompt(), case)
        if len(found) == count:
            break
    return list(found.values())


def plain(text: str) -> str:
    """Spaces evened out, and no full stop at the end."""
    return " ".join(text.split()).removesuffix(".")


def is_right(case: Case, completion: str) -> bool:
    """The whole completion has to be the answer; only spaces and a full stop at the end are forgiven."""
    return plain(completion) == plain(case.answer)


STARTS = (
    "The old house at the end of the lane had been empty for years, and", "When the girl opened the door, she saw", "It was a cold morning in the middle of winter, and",
    "There was once a {animal} who", "The {job} looked out of the window and said", "One evening, as the sun was going down,", "Nobody in the village knew why the {job}",
    "'I do not believe it,' said the {job},", "Far away, beyond the hills,", "The children had been walking all day, and now",
)


def prose_prompts(count: int = 50, seed: int = 2026) -> list[str]:
    """Beginnings to be continued, and requests for a story."""
    rng = Random(f"{seed} prose")
    prompts: list[str] = []
    for index in range(count):
        animal, job = rng.choice(ANIMALS), rng.choice(JOBS)
        start = rng.choice(STARTS).format(animal=animal, job=job)
        prompts.append(
            (
                f"\n\nHuman: Continue this text: {start}\n\nAssistant:",
                f"\n\nHuman: Write a story.\n\nAssistant: {start}",
                f"\n\nHuman: Tell me a story about the {animal} and the {job}.\n\nAssistant:",
                f"\n\nHuman: Continue the story: {start}\n\nAssistant:",
            )[index % 4]
        )
    return prompts


def repetition(text: str) -> float:
    """Share of the four-word sequences that occurred before in the same text."""
    words = text.split()
    grams = [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0
