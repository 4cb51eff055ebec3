"""LlamaIndex with its classes for Claude and for servers like OpenAI's."""

from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai_like import OpenAILike
from proof_checks import PROOF, expect, run_checks

MESSAGES = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Say something.")]
MODELS = [
    # It knows no older models.
    Anthropic(model=PROOF["agentModel"], base_url=PROOF["openUrl"], api_key="any key", max_tokens=50),
    OpenAILike(
        model=PROOF["model"],
        api_base=f"{PROOF['openUrl']}/v1",
        api_key="any key",
        is_chat_model=True,
        is_function_calling_model=True,
        max_tokens=50,
    ),
]


def check_message():
    for model in MODELS:
        expect(model.chat(MESSAGES).message.content, PROOF["text"])


def check_message_stream():
    for model in MODELS:
        expect("".join(chunk.delta or "" for chunk in model.stream_chat(MESSAGES)), PROOF["text"])


def check_message_tools():
    weather = FunctionTool.from_defaults(fn=lambda city: f"rain in {city}", name=PROOF["tool"], description="Weather.")
    for model in MODELS:
        response = model.chat_with_tools([weather], user_msg="How is the weather?")
        calls = model.get_tool_calls_from_response(response)
        expect([(call.tool_name, call.tool_kwargs) for call in calls], [(PROOF["tool"], PROOF["toolInput"])])


run_checks(
    {
        "message": check_message,
        "message-stream": check_message_stream,
        "message-tools": check_message_tools,
    }
)
