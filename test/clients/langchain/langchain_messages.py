"""LangChain's classes for Claude: `AnthropicLLM`, on Text Completions until it moved to Messages, and `ChatAnthropic`."""

from langchain_anthropic import AnthropicLLM, ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from proof_checks import PROOF, expect, run_checks

WHERE = {"anthropic_api_url": PROOF["openUrl"], "anthropic_api_key": "any key"}
MESSAGES = [SystemMessage("Be brief."), HumanMessage("Say something.")]


@tool(PROOF["tool"])
def weather(city: str) -> str:
    """The weather in a city."""
    return f"rain in {city}"


def chat(**overrides):
    return ChatAnthropic(**{"model": PROOF["model"], "max_tokens": 50, "max_retries": 0, **WHERE, **overrides})


def check_create():
    llm = AnthropicLLM(model=PROOF["model"], max_retries=0, **WHERE)
    expect(llm.invoke("Say something."), PROOF["text"])
    expect(llm.invoke("Say something.", stop=[PROOF["stopSequence"]]), PROOF["textBeforeStop"])


def check_stream():
    llm = AnthropicLLM(model=PROOF["model"], max_retries=0, **WHERE)
    pieces = list(llm.stream("Say something."))
    expect("".join(pieces), PROOF["text"])
    assert len(pieces) > 2, f"only {len(pieces)} pieces"


def check_message():
    message = chat().invoke(MESSAGES)
    expect(message.content, PROOF["text"])
    expect(message.response_metadata["stop_reason"], "end_turn")
    expect(message.usage_metadata["output_tokens"], 5)
    assert message.usage_metadata["input_tokens"] > 0, message.usage_metadata


def check_message_stream():
    chunks = list(chat().stream(MESSAGES))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    text = whole.content if isinstance(whole.content, str) else "".join(part["text"] for part in whole.content)
    expect(text, PROOF["text"])
    expect(whole.usage_metadata["output_tokens"], 5)


def check_message_tools():
    model = chat().bind_tools([weather])
    called = model.invoke(MESSAGES)
    expect([(call["name"], call["args"]) for call in called.tool_calls], [(PROOF["tool"], PROOF["toolInput"])])
    result = weather.invoke(called.tool_calls[0])
    assert isinstance(result, ToolMessage), result
    expect(model.invoke([*MESSAGES, called, result]).content, PROOF["text"])


def check_count_tokens():
    charged = chat().invoke(MESSAGES).usage_metadata["input_tokens"]
    expect(chat().get_num_tokens_from_messages(MESSAGES), charged)


def check_embedded_message():
    message = chat(anthropic_api_url=PROOF["embeddedUrl"], max_tokens=20).invoke(MESSAGES)
    assert message.content.strip() != "", "the message is empty"


run_checks(
    {
        "create": check_create,
        "stream": check_stream,
        "message": check_message,
        "message-stream": check_message_stream,
        "message-tools": check_message_tools,
        "count-tokens": check_count_tokens,
        "embedded-message": check_embedded_message,
    }
)
