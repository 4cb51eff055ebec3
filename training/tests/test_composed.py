"""Composed questions have right answers, give no held-out case away, and are typed in many ways."""

import json
import re
import unittest
from random import Random

from ..case import is_held
from ..compose import KEPT, Ask, asked, is_kept
from ..heldout import held_cases
from ..number_words import in_words
from ..skills.chat import chat
from ..skills.composed import COMPOSED, FORMS, any_ask, in_form, told_fact
from ..skills.everyday import everyday, yes_or_no
from ..skills.numbers import count, minus, numbers, plus, times
from ..skills.requests import as_json, requests

DRAWS = 400
VALUES = {in_words(number): number for number in range(200)}


def operands(text: str) -> list[int]:
    """The numbers of a question, whether in digits or in words."""
    return [int(part) if part.isdigit() else VALUES[part] for part in re.findall(r"\d+|[a-z-]+", text.lower()) if part.isdigit() or part in VALUES]


class ComposedTest(unittest.TestCase):
    def test_numbers_are_worked_out_right(self) -> None:
        for kind, work in ((times, lambda a, b: a * b), (plus, lambda a, b: a + b), (minus, lambda a, b: abs(a - b))):
            rng = Random(1)
            for _ in range(DRAWS):
                ask = kind(rng)
                noun = next((text for text in ask.nouns if not text.startswith(("twice", "double"))), "")
                found = operands(noun.replace("one hundred", "100").replace("squared", ""))
                if len(found) == 2:
                    self.assertEqual(work(*found), int(ask.answer), noun)

    def test_counts_go_from_the_first_to_the_last_in_even_steps(self) -> None:
        rng = Random(2)
        for _ in range(DRAWS):
            row = [VALUES.get(part, part) for part in count(rng).answer.split(", ")]
            steps = {int(after) - int(before) for before, after in zip(row, row[1:])}
            self.assertEqual(len(steps), 1, row)

    def test_a_sentence_says_the_answer(self) -> None:
        rng = Random(3)
        for ask in (any_ask(rng) for _ in range(DRAWS * 4)):
            for text in ask.sentences:
                said = text.lower().replace(" and ", ", ")
                self.assertTrue(ask.answer.lower().removesuffix(".") in text.lower() or ask.answer.lower().replace(" and ", ", ") in said, (ask.answer, text))

    def test_no_question_gives_a_held_out_case_away(self) -> None:
        rng = Random(4)
        held = {case.turns[0].lower().strip(" .?!") for skill in ("knowledge", "counting", "arithmetic") for case in held_cases(skill, 400) if len(case.turns) == 1}
        for room in (numbers, everyday, requests, chat):
            for ask in (room(rng) for _ in range(DRAWS)):
                self.assertFalse(ask.touches(is_held))
                text = asked(rng, ask)
                self.assertNotIn(text.lower().strip(" .?!"), held)
                self.assertFalse(is_kept(text))
        self.assertTrue(KEPT)

    def test_held_out_phrasings_are_known_with_any_word_and_however_typed(self) -> None:
        for text in ("Tell me the opposite of hot.", "what's the capital of New Zealand", "DO YOU KNOW THE PLURAL OF OX?", "Give me three animals, separated by commas."):
            self.assertTrue(is_kept(text), text)
        self.assertFalse(is_kept("What is the capital of Peru?"))

    def test_one_question_is_asked_in_very_many_ways(self) -> None:
        rng = Random(5)
        ask = Ask("56", ("7 x 8",), ("multiply 7 by 8",), ("how much is 7 x 8",))
        self.assertGreater(len({asked(rng, ask) for _ in range(1000)}), 300)

    def test_text_that_is_repeated_is_asked_for_letter_by_letter(self) -> None:
        rng = Random(6)
        for ask in (requests(rng) for _ in range(DRAWS)):
            if ask.literal and re.match(r"say[: ]", ask.commands[0] if ask.commands else ""):
                self.assertIn(ask.answer.split(" ")[0], asked(rng, ask))

    def test_json_has_what_the_sentence_says(self) -> None:
        rng = Random(7)
        for ask in (as_json(rng) for _ in range(DRAWS)):
            value = json.loads(ask.answer)
            question = " ".join((*ask.commands, *ask.questions)).lower()
            for part in value.values() if isinstance(value, dict) else value:
                self.assertIn(str(part).lower(), question)

    def test_yes_and_no_are_about_as_frequent(self) -> None:
        rng = Random(8)
        answers = [yes_or_no(rng).answer for _ in range(1000)]
        self.assertEqual(set(answers), {"Yes.", "No."})
        self.assertTrue(300 < answers.count("Yes.") < 700, answers.count("Yes."))

    def test_a_begun_answer_goes_on_with_a_space_unless_inside_json(self) -> None:
        rng = Random(9)
        for case in (COMPOSED["begun"](rng, False) for _ in range(DRAWS)):
            self.assertFalse(case.prompt().endswith(" "), case)
            if case.prefill[:1] in ("{", "["):
                json.loads(case.prefill + case.completion())

    def test_the_form_of_a_system_text_is_kept(self) -> None:
        rng = Random(10)
        for _ in range(DRAWS):
            system, ask = in_form(rng)
            if any(system.endswith(text) for text in FORMS["capitals"]):
                self.assertEqual(ask.answer, ask.answer.upper())
            if any(system.endswith(text) for text in FORMS["json"]):
                self.assertEqual(list(json.loads(ask.answer)), ["answer"])

    def test_a_fact_of_the_system_text_is_in_it(self) -> None:
        rng = Random(11)
        for system, ask in (told_fact(rng) for _ in range(DRAWS)):
            self.assertTrue(ask.answer in system or "omorrow" in ask.questions[0] or "day" in ask.questions[0], (system, ask))

    def test_numbers_in_words(self) -> None:
        self.assertEqual([in_words(n) for n in (0, 12, 20, 42, 100, 144)], ["zero", "twelve", "twenty", "forty-two", "one hundred", "one hundred and forty-four"])


if __name__ == "__main__":
    unittest.main()
