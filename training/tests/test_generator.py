"""The generator says true things in the documented form, and the same things for the same seed."""

import json
import re
import unittest
from itertools import islice
from random import Random

from ..facts import CAPITALS, CATEGORIES, OPPOSITES, PAST, PLURALS
from ..heldout import held_cases, is_right
from ..prose import Prose
from ..skills import MEASURED
from ..stream import samples


class GeneratorTest(unittest.TestCase):
    def test_the_same_seed_gives_the_same_stream(self) -> None:
        first, second, other = (list(islice(samples(seed, Prose(None)), 500)) for seed in (3, 3, 4))
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)

    def test_prompts_have_the_documented_form(self) -> None:
        for skill, (maker, _) in MEASURED.items():
            rng = Random(1)
            for case in (maker(rng, held) for held in (False, True) for _ in range(300)):
                with self.subTest(skill, prompt=case.prompt()):
                    self.assertRegex(case.prompt(), r"(?s)^[^\n]*\n\nHuman: .*\n\nAssistant:( \S.*)?$")
                    self.assertFalse(case.prompt().endswith(" "))
                    self.assertEqual(len(case.turns) % 2, 1)
                    self.assertNotIn("{", re.sub(r"\{.*?\}|\{\"?.*$", "", case.prompt()))

    def test_there_are_enough_held_out_cases_of_every_skill(self) -> None:
        for skill in MEASURED:
            self.assertEqual(len(held_cases(skill, 200)), 200, skill)

    def test_sums_and_differences_are_right(self) -> None:
        for case in held_cases("arithmetic", 200):
            first, second = (int(number) for number in re.findall(r"\d+", case.key))
            self.assertEqual(int(case.answer), first + second if case.key.startswith("sum") else first - second)

    def test_json_answers_have_the_keys_asked_for(self) -> None:
        found = [case for case in held_cases("instructions", 300) if case.key.startswith("json ")]
        self.assertGreater(len(found), 10)
        for case in found:
            asked = re.findall(r'"(\w+)"', case.turns[0])
            self.assertEqual(list(json.loads(case.answer)), asked)

    def test_a_begun_answer_and_its_rest_make_the_whole(self) -> None:
        for case in held_cases("prefill", 300):
            if case.key.startswith("begun json"):
                json.loads(case.prefill + case.completion())

    def test_tables_have_one_answer_to_each_question(self) -> None:
        items = [item for members in CATEGORIES.values() for item in members]
        for table in (*(list(dict(pairs)) + [""] * (len(pairs) - len(dict(pairs))) for pairs in (OPPOSITES, PLURALS, PAST, CAPITALS)), items):
            self.assertEqual(len(table), len(set(table)))

    def test_judging_forgives_spaces_and_a_full_stop_only(self) -> None:
        case = held_cases("arithmetic", 1)[0]
        self.assertTrue(is_right(case, f" {case.answer}.\n"))
        self.assertFalse(is_right(case, f" It is {case.answer}"))


if __name__ == "__main__":
    unittest.main()
