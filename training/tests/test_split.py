"""No held-out case may be in the training stream."""

import re
import unittest
from itertools import islice
from random import Random

from ..case import BEFORE, AFTER, is_held
from ..heldout import held_cases
from ..prose import Prose
from ..skills import MEASURED
from ..skills.fewshot import fewshot, patterns
from ..stream import Sample, samples

TRAINING_DRAWS = 4_000
STREAM_SAMPLES = 40_000


class SplitTest(unittest.TestCase):
    def test_training_cases_share_no_key_with_held_out_cases(self) -> None:
        for skill, (maker, _) in MEASURED.items():
            with self.subTest(skill):
                rng = Random(5)
                trained = {maker(rng, False).key for _ in range(TRAINING_DRAWS)}
                held = {case.key for case in held_cases(skill, 300)}
                self.assertEqual(trained & held, set())

    def test_every_key_lies_on_its_side_of_the_split(self) -> None:
        """Not a matter of the sample: the key alone decides, or the phrasing is in the list of the other side."""
        for skill, (maker, _) in MEASURED.items():
            with self.subTest(skill):
                rng = Random(6)
                for held in (False, True):
                    for case in (maker(rng, held) for _ in range(500)):
                        if case.skill == skill and is_split_by_hash(case.key):
                            self.assertEqual(is_held(case.key), held, case.key)

    def test_the_training_stream_holds_no_held_out_prompt(self) -> None:
        held = {case.prompt() for skill in MEASURED for case in held_cases(skill, 300)}
        for sample in islice(samples(11, Prose(None)), STREAM_SAMPLES):
            for length in range(1, len(sample.parts) + 1):
                self.assertNotIn(before_answer(sample, length), held)

    def test_the_stream_in_the_held_out_operands_form_is_empty(self) -> None:
        """Read from the text itself, without trusting keys: no bare sum of the stream has held-out operands."""
        for sample in islice(samples(12, Prose(None)), STREAM_SAMPLES):
            for given, _ in sample.parts:
                numbers = bare_sum(given)
                if numbers and sample.kind in ("arithmetic", "drill"):
                    low, high = sorted(numbers)
                    self.assertFalse(is_held(f"sum of {low} and {high}"), given)

    def test_no_pattern_on_numbers_gives_a_held_out_sum_away(self) -> None:
        """Every pair of numbers that a lesson on patterns shows is read from its text."""
        rng = Random(13)
        for _ in range(3_000):
            text = "".join(given + written for given, written in patterns(rng)) + "\n" + fewshot(rng, False).prompt()
            for first, second in re.findall(r"(?m)(?:^|[:;] )(\d+)(?: ->|:| =>| =| becomes| -|,|\n\nAssistant:) (\d+)\b", text):
                a, b = int(first), int(second)
                key = f"sum of {min(a, b - a)} and {max(a, b - a)}" if b > a else f"{a} less {a - b}"
                self.assertFalse(a != b and is_held(key), (first, second, text))


def is_split_by_hash(key: str) -> bool:
    return not key.startswith(("phrasing: ", "told "))


def before_answer(sample: Sample, parts: int) -> str:
    """All of the text before the answer of a part."""
    return "".join(given + written for given, written in sample.parts[: parts - 1]) + sample.parts[parts - 1][0]


def bare_sum(prompt: str) -> list[int]:
    """The operands of a prompt or a line such as `17 + 25 =`."""
    asked = prompt.removesuffix("\n\nAssistant:").split("\n")[-1].removeprefix("Human: ")
    for talk in (*BEFORE, *AFTER):
        asked = asked.replace(talk, "")
    parts = asked.strip(" =?->:").split("+")
    return [int(part) for part in parts] if len(parts) == 2 and all(part.strip().isdigit() for part in parts) else []
