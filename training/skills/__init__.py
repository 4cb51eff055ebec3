"""The skills: one module a family, each with a maker of cases. Standard library only."""

from .arithmetic import arithmetic
from .composed import COMPOSED
from .counting import counting
from .fewshot import fewshot
from .instructions import instructions
from .knowledge import knowledge
from .lists import lists, spell
from .memory import memory, reply
from .prefill import prefill
from .talk import story, talk
from .unknown import unknown

MEASURED = {
    "arithmetic": (arithmetic, 0.95),
    "counting": (counting, 0.97),
    "knowledge": (knowledge, 0.95),
    "lists": (lists, 0.90),
    "instructions": (instructions, 0.90),
    "memory": (memory, 0.95),
    "prefill": (prefill, 0.90),
    "few-shot": (fewshot, 0.80),
    "unknown": (unknown, 0.90),
}
"""Skills that the evaluation measures, with the share of right answers aimed at."""

UNMEASURED = {"talk": talk, "reply": reply, "spell": spell, "story": story, **COMPOSED}
"""What the model also learns, but what has no single right answer."""
