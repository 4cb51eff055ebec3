"""Simon Willison's `llm`, configured by its file for models of servers like OpenAI's."""

import os
import subprocess
import sys
import tempfile

from proof_checks import PROOF, expect, run_checks

SETTINGS = f"""
- model_id: continuo
  model_name: {PROOF["model"]}
  api_base: {PROOF["openUrl"]}/v1
  api_key_name: continuo
"""


def llm(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "extra-openai-models.yaml"), "w", encoding="utf8") as file:
            file.write(SETTINGS)
        environment = {**os.environ, "LLM_USER_PATH": folder, "PYTHONIOENCODING": "utf8"}
        command = [sys.executable, "-m", "llm", "-m", "continuo", "--key", "any key", *arguments, "Say something."]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode("utf8")


def check_message():
    expect(llm("--no-stream").strip(), PROOF["text"].strip())


def check_message_stream():
    expect(llm().strip(), PROOF["text"].strip())


run_checks({"message": check_message, "message-stream": check_message_stream})
