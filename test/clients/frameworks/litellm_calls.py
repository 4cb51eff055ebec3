"""LiteLLM's Python package, by Messages, chat completions and text completions."""

import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from proof_checks import PROOF, expect, run_checks

# It sends Claude 2 text completions, without tools.
CLAUDE = {"model": f"anthropic/{PROOF['agentModel']}", "api_base": PROOF["openUrl"], "api_key": "any key"}
CHAT = {"model": f"openai/{PROOF['model']}", "api_base": f"{PROOF['openUrl']}/v1", "api_key": "any key"}
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say something."}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": PROOF["tool"],
            "description": "The weather in a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
]


def check_message():
    for where in (CLAUDE, CHAT):
        completion = litellm.completion(messages=MESSAGES, max_tokens=50, **where)
        expect(completion.choices[0].message.content, PROOF["text"])
        assert completion.usage.total_tokens > 0, completion.usage


def check_message_stream():
    for where in (CLAUDE, CHAT):
        chunks = litellm.completion(messages=MESSAGES, max_tokens=50, stream=True, **where)
        expect("".join(chunk.choices[0].delta.content or "" for chunk in chunks), PROOF["text"])


def check_message_tools():
    for where in (CLAUDE, CHAT):
        completion = litellm.completion(messages=MESSAGES, max_tokens=50, tools=TOOLS, **where)
        call = completion.choices[0].message.tool_calls[0]
        expect(json.loads(call.function.arguments), PROOF["toolInput"])


run_checks(
    {
        "message": check_message,
        "message-stream": check_message_stream,
        "message-tools": check_message_tools,
    }
)
