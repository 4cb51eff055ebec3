"""Instructor: a reply as a model of Pydantic, by a forced call of a tool, with both of its clients."""

import anthropic
import instructor
import openai
from proof_checks import PROOF, expect, run_checks
from pydantic import create_model

# Instructor names the tool after the class.
Weather = create_model(PROOF["tool"], city=(str, ...))
ASK = {"model": PROOF["model"], "messages": [{"role": "user", "content": "Where?"}], "max_tokens": 50}


def check_message_tools():
    claude = instructor.from_anthropic(anthropic.Anthropic(base_url=PROOF["openUrl"], api_key="any key"))
    chat = instructor.from_openai(openai.OpenAI(base_url=f"{PROOF['openUrl']}/v1", api_key="any key"))
    for client in (claude, chat):
        weather = client.chat.completions.create(response_model=Weather, max_retries=0, **ASK)
        expect(weather.model_dump(), PROOF["toolInput"])


run_checks({"message-tools": check_message_tools})
