"""Inspect: an evaluation of two samples, with its providers for Claude and for servers like OpenAI's."""

import os
import tempfile

os.environ.update(INSPECT_DISPLAY="none", ANTHROPIC_API_KEY="any key", CONTINUO_API_KEY="any key")

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import get_model
from inspect_ai.scorer import includes
from proof_checks import PROOF, expect, run_checks

MODELS = [
    get_model(f"anthropic/{PROOF['model']}", base_url=PROOF["openUrl"]),
    get_model(f"openai-api/continuo/{PROOF['model']}", base_url=f"{PROOF['openUrl']}/v1"),
]


def check_message():
    task = Task(dataset=[Sample(input="Say something.", target="Café"), Sample("Again.", target="Kiwi")], scorer=includes())
    with tempfile.TemporaryDirectory() as folder:
        for model in MODELS:
            [log] = eval(task, model=model, log_dir=folder, max_tokens=50)
            expect(log.status, "success")
            expect(log.results.scores[0].metrics["accuracy"].value, 0.5)


run_checks({"message": check_message})
