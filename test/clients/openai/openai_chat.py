"""Chat completions, raw completions and models with OpenAI's Python client."""

import json

import openai
from proof_checks import PROOF, expect, run_checks

MESSAGES = [{"role": "user", "content": "Say something."}]


def client_of(url, api_key="any key", max_retries=0):
    return openai.OpenAI(base_url=f"{url}/v1", api_key=api_key, max_retries=max_retries)


client = client_of(PROOF["openUrl"])


def ask(client=client, **overrides):
    params = {"model": PROOF["model"], "messages": MESSAGES, "max_tokens": 50, **overrides}
    return client.chat.completions.create(**params)


def joined(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def check_create():
    completion = ask()
    expect(completion.choices[0].message.content, PROOF["text"])
    expect(completion.choices[0].finish_reason, "stop")
    expect(completion.object, "chat.completion")
    expect(completion.model, PROOF["resolvedModel"])
    usage = completion.usage
    expect(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)


def check_stream():
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    expect(joined(chunks), PROOF["text"])
    assert len(chunks) > 4, len(chunks)
    assert chunks[-1].usage.completion_tokens > 0
    expect(chunks[-2].choices[0].finish_reason, "stop")


def check_stop_sequence():
    choice = ask(stop=["never", PROOF["stopSequence"]]).choices[0]
    expect(choice.message.content, PROOF["textBeforeStop"])
    expect(choice.finish_reason, "stop")


TOOLS = [
    {
        "type": "function",
        "function": {
            "name": PROOF["tool"],
            "description": "Looks up the weather.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]


def check_tool_call():
    """A call, its result, the reply to it, and the same call streamed."""
    choice = ask(tools=TOOLS).choices[0]
    expect(choice.finish_reason, "tool_calls")
    call = choice.message.tool_calls[0]
    expect(call.function.name, PROOF["tool"])
    expect(json.loads(call.function.arguments), PROOF["toolInput"])
    result = {"role": "tool", "tool_call_id": call.id, "content": "rain"}
    answered = ask(tools=TOOLS, messages=[*MESSAGES, choice.message, result])
    expect(answered.choices[0].message.content, PROOF["text"])
    chunks = [chunk for chunk in ask(tools=TOOLS, stream=True) if chunk.choices[0].delta.tool_calls]
    pieces = [chunk.choices[0].delta.tool_calls[0].function.arguments or "" for chunk in chunks]
    expect(json.loads("".join(pieces)), PROOF["toolInput"])


def check_raw_text():
    params = {"model": PROOF["model"], "prompt": "Once", "max_tokens": 50}
    expect(client.completions.create(**params).choices[0].text, PROOF["text"])
    chunks = client.completions.create(**params, stream=True)
    expect("".join(chunk.choices[0].text for chunk in chunks), PROOF["text"])


def check_models():
    assert PROOF["resolvedModel"] in [model.id for model in client.models.list()]
    expect(client.models.retrieve(PROOF["model"]).id, PROOF["resolvedModel"])


def expect_error(error_class, status, code, call):
    try:
        call()
    except error_class as error:
        expect(error.status_code, status)
        expect(error.code, code)
        return error
    raise AssertionError(f"no error of status {status}")


def check_bad_request():
    error = expect_error(openai.BadRequestError, 400, "invalid_request_error", lambda: ask(n=2))
    assert "n: only one completion" in str(error), error


def check_unauthorized():
    wrong = client_of(PROOF["keyedUrl"], "a wrong key")
    expect_error(openai.AuthenticationError, 401, "authentication_error", lambda: ask(wrong))
    right = client_of(PROOF["keyedUrl"], PROOF["key"])
    expect(ask(right).choices[0].message.content, PROOF["text"])


def check_overloaded():
    for stream in (False, True):
        refused = lambda: ask(model=PROOF["overloadedModel"], stream=stream)
        expect_error(openai.InternalServerError, 529, "overloaded_error", refused)


def check_retry():
    retrying = client_of(PROOF["openUrl"], max_retries=2)
    messages = [{"role": "user", "content": f"Recover for {PROOF['client']}."}]
    completion = ask(retrying, model=PROOF["recoveringModel"], messages=messages)
    expect(completion.choices[0].message.content, PROOF["text"])


def check_embedded_model():
    embedded = client_of(PROOF["embeddedUrl"])
    params = {"messages": [{"role": "user", "content": "What is 17 + 25?"}], "temperature": 0}
    expect(ask(embedded, **params).choices[0].message.content, "42")
    expect(joined(ask(embedded, **params, stream=True)), "42")


def check_recording():
    """Another client recorded it, by another API."""
    messages = [{"role": "user", "content": PROOF["recordedQuestion"]}]
    recorded = client_of(PROOF["recordedUrl"])
    expect(ask(recorded, messages=messages).choices[0].message.content, PROOF["recordedText"])
    chunks = ask(recorded, messages=messages, stream=True)
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    expect("".join(texts), PROOF["recordedText"])


run_checks(
    {
        "recording": check_recording,
        "create": check_create,
        "stream": check_stream,
        "stop-sequence": check_stop_sequence,
        "tool-call": check_tool_call,
        "raw-text": check_raw_text,
        "models": check_models,
        "bad-request": check_bad_request,
        "unauthorized": check_unauthorized,
        "overloaded": check_overloaded,
        "retry": check_retry,
        "embedded-model": check_embedded_model,
    }
)
