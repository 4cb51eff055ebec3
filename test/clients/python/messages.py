"""Messages with the Python client: `anthropic.Anthropic().messages`."""

import asyncio

import anthropic
from anthropic import Anthropic, AsyncAnthropic, beta_tool

from proof_checks import PROOF, expect, run_checks

QUESTION = {"role": "user", "content": "Say something."}
TOOL = {
    "name": PROOF["tool"],
    "description": "The weather in a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}

# Strict: a response that does not match the client's own types is an error.
client = Anthropic(
    base_url=PROOF["openUrl"], api_key="any key", max_retries=0, _strict_response_validation=True
)


def ask(**overrides):
    return {"model": PROOF["model"], "max_tokens": 50, "messages": [QUESTION], **overrides}


def expect_spoken(message):
    expect([block.type for block in message.content], ["text"])
    expect(message.content[0].text, PROOF["text"])
    expect(message.stop_reason, "end_turn")
    expect(message.model, PROOF["resolvedModel"])
    expect((message.type, message.role), ("message", "assistant"))
    assert message.id.startswith("msg_"), message.id
    assert message.usage.input_tokens > 0, message.usage
    expect(message.usage.output_tokens, 5)


def expect_called(message):
    expect([block.type for block in message.content], ["tool_use"])
    expect(message.content[0].name, PROOF["tool"])
    expect(message.content[0].input, PROOF["toolInput"])
    assert message.content[0].id.startswith("toolu_"), message.content[0].id
    expect(message.stop_reason, "tool_use")


def check_message():
    message = client.messages.create(**ask(system="Be brief."))
    expect_spoken(message)
    assert message._request_id.startswith("req_"), message._request_id
    stopped = client.messages.create(**ask(stop_sequences=["never", PROOF["stopSequence"]]))
    expect(stopped.content[0].text, PROOF["textBeforeStop"])
    expect((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", PROOF["stopSequence"]))
    expect_spoken(client.beta.messages.create(**ask(betas=["prompt-caching-2024-07-31"])))


def check_message_stream():
    with client.messages.stream(**ask()) as stream:
        texts = list(stream.text_stream)
    expect("".join(texts), PROOF["text"])
    assert len(texts) > 2, f"only {len(texts)} texts"
    expect_spoken(stream.get_final_message())
    expect(stream.get_final_text(), PROOF["text"])
    events = [event.type for event in client.messages.create(**ask(), stream=True)]
    expect((events[0], events[-1]), ("message_start", "message_stop"))
    with client.beta.messages.stream(**ask()) as stream:
        expect_spoken(stream.get_final_message())

    async def collect():
        async with AsyncAnthropic(base_url=PROOF["openUrl"], api_key="any key") as async_client:
            async with async_client.messages.stream(**ask()) as stream:
                return [text async for text in stream.text_stream]

    expect("".join(asyncio.run(collect())), PROOF["text"])


def check_message_tools():
    expect_called(client.messages.create(**ask(tools=[TOOL])))
    with client.messages.stream(**ask(tools=[TOOL])) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
    assert len([piece for piece in pieces if piece]) > 1, pieces
    expect_called(stream.get_final_message())

    cities = []

    @beta_tool(name=PROOF["tool"])
    def weather(city: str) -> str:
        """The weather in a city.

        Args:
            city: Its name.
        """
        cities.append(city)
        return "rain"

    runner = client.beta.messages.tool_runner(**ask(tools=[weather]))
    messages = list(runner)
    expect(cities, [PROOF["toolInput"]["city"]])
    expect([message.stop_reason for message in messages], ["tool_use", "end_turn"])
    expect_spoken(messages[-1])


def check_count_tokens():
    prompt = {"model": PROOF["model"], "messages": [QUESTION], "system": "Be brief."}
    counted = client.messages.count_tokens(**prompt)
    charged = client.messages.create(**prompt, max_tokens=50).usage
    expect(counted.input_tokens, charged.input_tokens)
    expect(client.beta.messages.count_tokens(**prompt).input_tokens, counted.input_tokens)


def check_cached_prompt():
    marked = {"type": "text", "text": f"For {PROOF['client']}. " * 8, "cache_control": {"type": "ephemeral"}}
    written = client.messages.create(**ask(system=[marked])).usage
    read = client.messages.create(**ask(system=[marked])).usage
    assert written.cache_creation_input_tokens > 0, written
    expect(written.cache_creation.ephemeral_5m_input_tokens, written.cache_creation_input_tokens)
    expect(read.cache_read_input_tokens, written.cache_creation_input_tokens)


def check_models():
    ids = [model.id for model in client.models.list(limit=7)]
    expect(len(ids), len(set(ids)))
    assert PROOF["resolvedModel"] in ids, ids
    expect(client.models.retrieve(PROOF["model"]).id, PROOF["resolvedModel"])


def check_message_errors():
    expect_error(anthropic.BadRequestError, 400, "invalid_request_error", ask(max_tokens=-1))
    expect_error(anthropic.NotFoundError, 404, "not_found_error", ask(model="claude-unknown"))
    overloaded_error = anthropic._exceptions.OverloadedError
    expect_error(overloaded_error, 529, "overloaded_error", ask(model=PROOF["overloadedModel"]))
    recovering = ask(
        model=PROOF["recoveringModel"],
        messages=[{"role": "user", "content": f"Recover for {PROOF['client']}."}],
    )
    retried = client.with_options(max_retries=2).messages.create(**recovering)
    expect(retried.content[0].text, PROOF["text"])


def expect_error(error_class, status, error_type, params):
    for create in (client.messages.create, lambda **asked: client.messages.create(**asked, stream=True)):
        try:
            create(**params)
        except anthropic.APIStatusError as error:
            expect(type(error), error_class)
            expect(error.status_code, status)
            expect(error.body["error"]["type"], error_type)
            expect(error.request_id, error.body["request_id"])
        else:
            raise AssertionError(f"no error of status {status}")


def check_embedded_message():
    embedded = Anthropic(base_url=PROOF["embeddedUrl"], api_key="any key")
    question = {"model": PROOF["model"], "max_tokens": 20, "messages": [QUESTION]}
    message = embedded.messages.create(**question)
    assert message.content[0].text.strip() != "", "the message is empty"
    assert not message.content[0].text.startswith(" "), "the message begins with a space"
    expect(embedded.messages.count_tokens(model=PROOF["model"], messages=[QUESTION]).input_tokens, message.usage.input_tokens)
    with embedded.messages.stream(**question) as stream:
        assert "".join(stream.text_stream).strip() != "", "the stream is empty"


run_checks(
    {
        "message": check_message,
        "message-stream": check_message_stream,
        "message-tools": check_message_tools,
        "count-tokens": check_count_tokens,
        "cached-prompt": check_cached_prompt,
        "models": check_models,
        "message-errors": check_message_errors,
        "embedded-message": check_embedded_message,
    }
)
