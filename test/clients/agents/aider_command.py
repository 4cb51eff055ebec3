"""aider with one message, by chat completions and by Messages, in an empty home."""

import os
import subprocess
import sys
import tempfile

from proof_checks import PROOF, run_checks

OPTIONS = ["--no-show-model-warnings", "--no-git", "--yes-always", "--no-check-update", "--no-pretty"]
WAYS = {
    "openai": {"OPENAI_API_BASE": f"{PROOF['openUrl']}/v1", "OPENAI_API_KEY": "any key"},
    "anthropic": {"ANTHROPIC_API_BASE": PROOF["openUrl"], "ANTHROPIC_API_KEY": "any key"},
}


def check_message():
    for provider, settings in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, **settings, "HOME": folder, "PYTHONIOENCODING": "utf8"}
            # Prices are not fetched.
            environment["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
            model = f"{provider}/{PROOF['agentModel']}"
            command = [sys.executable, "-m", "aider", "--model", model, *OPTIONS, "--message", "hello"]
            result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
            printed = result.stdout.decode("utf8")
            assert "##END## and more" in printed, (provider, printed, result.stderr.decode("utf8")[-2000:])


run_checks({"message": check_message})
