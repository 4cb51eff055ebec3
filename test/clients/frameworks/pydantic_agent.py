"""Pydantic AI with both of its providers: an agent that calls a tool, and one that streams."""

from proof_checks import PROOF, expect, run_checks
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

CLAUDE = AnthropicProvider(base_url=PROOF["openUrl"], api_key="any key")
OPENAI = OpenAIProvider(base_url=f"{PROOF['openUrl']}/v1", api_key="any key")
MODELS = [
    AnthropicModel(PROOF["model"], provider=CLAUDE),
    OpenAIChatModel(PROOF["model"], provider=OPENAI),
    OpenAIResponsesModel(PROOF["model"], provider=OPENAI),
]


def check_message():
    for model in MODELS:
        result = Agent(model, instructions="Be brief.").run_sync("Say something.")
        expect(result.output, PROOF["text"])


def check_message_stream():
    for model in MODELS:
        with Agent(model).run_stream_sync("Say something.") as result:
            expect("".join(result.stream_text(delta=True)), PROOF["text"])


def check_message_tools():
    for model in MODELS:
        calls = []
        agent = Agent(model)

        @agent.tool_plain(name=PROOF["tool"])
        def weather(city: str) -> str:
            """The weather in a city."""
            calls.append({"city": city})
            return f"rain in {city}"

        expect(agent.run_sync("How is the weather?").output, PROOF["text"])
        expect(calls, [PROOF["toolInput"]])


run_checks(
    {
        "message": check_message,
        "message-stream": check_message_stream,
        "message-tools": check_message_tools,
    }
)
