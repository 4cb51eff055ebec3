"""Measuring every skill with anything that completes prompts, and printing the table."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from .case import Case
from .heldout import held_cases, is_right, prose_prompts, repetition
from .skills import MEASURED

REPETITION_TARGET = 0.15


@dataclass(frozen=True)
class Request:
    """One prompt to be completed."""

    prompt: str
    max_tokens: int = 64
    temperature: float = 0.0


Completer = Callable[[list[Request]], list[str]]
"""Completes all of the prompts, in their order."""


@dataclass(frozen=True)
class Row:
    """What was measured of one skill."""

    skill: str
    cases: int
    accuracy: float
    target: float
    wrong: tuple[tuple[Case, str], ...]


def measure(completer: Completer, count: int) -> list[Row]:
    """One request a case, all skills together."""
    cases = [case for skill in MEASURED for case in held_cases(skill, count)]
    completions = completer([Request(case.prompt()) for case in cases])
    rows = []
    for skill, (_, target) in MEASURED.items():
        judged = [(case, text) for case, text in zip(cases, completions, strict=True) if case.skill == skill]
        wrong = tuple((case, text) for case, text in judged if not is_right(case, text))
        rows.append(Row(skill, len(judged), 1 - len(wrong) / len(judged), target, wrong))
    return rows


def measure_prose(completer: Completer) -> tuple[float, float]:
    """Mean share of repeated four-word sequences over 50 texts at temperature 0.8, and their mean length in words."""
    texts = completer([Request(prompt, max_tokens=150, temperature=0.8) for prompt in prose_prompts()])
    return sum(map(repetition, texts)) / len(texts), sum(len(text.split()) for text in texts) / len(texts)


def show(rows: list[Row], repeated: float, words: float, wrong: int) -> None:
    """The table, at will some wrong answers of each skill, and last one line of JSON."""
    print(f"| {'skill':<14} | {'cases':>5} | {'accuracy':>8} | {'target':>6} |\n|{'-' * 16}|{'-' * 7}|{'-' * 10}|{'-' * 8}|")
    for row in rows:
        print(f"| {row.skill:<14} | {row.cases:>5} | {row.accuracy:>8.1%} | {row.target:>6.0%} |")
    print(f"\nprose: {repeated:.1%} of the 4-grams repeated (target: under {REPETITION_TARGET:.0%}), {words:.0f} words a text")
    for row in rows:
        for case, text in row.wrong[:wrong]:
            print(f"\n{row.skill}: {case.prompt()!r}\n  wanted {case.completion()!r}\n  got    {text!r}")
    summary = {row.skill: {"cases": row.cases, "accuracy": round(row.accuracy, 4), "target": row.target} for row in rows}
    met = all(row.accuracy >= row.target for row in rows) and repeated < REPETITION_TARGET
    print(json.dumps({"skills": summary, "prose": {"repeated_4_grams": round(repeated, 4), "words": round(words, 1)}, "met": met}))
