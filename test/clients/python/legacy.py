"""Text Completions with the Python client of spring 2023: version 2023-01-01, streams that repeat the whole text."""

import asyncio

from anthropic import AI_PROMPT, HUMAN_PROMPT, ApiException, Client

from proof_checks import PROOF, expect, run_checks

PROMPT = f"{HUMAN_PROMPT} Say something.{AI_PROMPT}"
KEYS = ["completion", "stop", "stop_reason", "truncated", "log_id", "model", "exception"]

client = Client("any key", api_url=PROOF["openUrl"])


def ask(**overrides):
    return {
        "model": PROOF["model"],
        "prompt": PROMPT,
        "max_tokens_to_sample": 50,
        **overrides,
    }


def check_create():
    response = client.completion(**ask())
    expect(list(response), KEYS)
    expect(response["completion"], PROOF["text"])
    expect(response["stop_reason"], "stop_sequence")
    expect(response["stop"], "\n\nHuman:")
    expect(response["model"], PROOF["resolvedModel"])
    expect(response["truncated"], False)
    expect(response["exception"], None)
    # The same over the client's other HTTP library.
    expect(asyncio.run(client.acompletion(**ask()))["completion"], PROOF["text"])


def check_stream():
    expect_streamed(list(client.completion_stream(**ask())))


def check_async_stream():
    async def collect():
        return [event async for event in await client.acompletion_stream(**ask())]

    expect_streamed(asyncio.run(collect()))


def expect_streamed(events):
    texts = [event["completion"] for event in events]
    assert len(events) > 2, f"only {len(events)} events"
    for earlier, later in zip(texts, texts[1:]):
        assert later.startswith(earlier), f"{later!r} does not go on from {earlier!r}"
    expect(texts[-1], PROOF["text"])
    expect([event["stop_reason"] for event in events[:-1]], [None] * (len(events) - 1))
    expect(events[-1]["stop_reason"], "stop_sequence")
    expect(events[-1]["model"], PROOF["resolvedModel"])


def check_stop_sequence():
    params = ask(stop_sequences=[HUMAN_PROMPT, PROOF["stopSequence"]])
    response = client.completion(**params)
    expect(response["completion"], PROOF["textBeforeStop"])
    expect(response["stop_reason"], "stop_sequence")
    expect(response["stop"], PROOF["stopSequence"])
    events = list(client.completion_stream(**params))
    expect(events[-1]["completion"], PROOF["textBeforeStop"])
    expect(events[-1]["stop"], PROOF["stopSequence"])
    # Text that was sent cannot be retracted.
    for event in events:
        assert PROOF["textBeforeStop"].startswith(event["completion"]), event


def check_bad_request():
    error = expect_error(400, "invalid_request_error", lambda: client.completion(**ask(max_tokens_to_sample=0)))
    assert "max_tokens_to_sample" in error["message"], error
    # The client refuses most invalid prompts itself, but not this one.
    prompt = f"{HUMAN_PROMPT} Hi{AI_PROMPT} Hello{HUMAN_PROMPT} Bye"
    error = expect_error(
        400, "invalid_request_error", lambda: list(client.completion_stream(**ask(prompt=prompt)))
    )
    assert 'must end with "\n\nAssistant:"' in error["message"], error


def check_unauthorized():
    wrong = Client("a wrong key", api_url=PROOF["keyedUrl"])
    error = expect_error(401, "authentication_error", lambda: wrong.completion(**ask()))
    expect(error["message"], "invalid x-api-key")
    right = Client(PROOF["key"], api_url=PROOF["keyedUrl"])
    expect(right.completion(**ask())["completion"], PROOF["text"])


def check_overloaded():
    # This client retries connections only, never a status.
    params = ask(model=PROOF["overloadedModel"])
    expect_error(529, "overloaded_error", lambda: client.completion(**params))
    expect_error(529, "overloaded_error", lambda: list(client.completion_stream(**params)))


def expect_error(status, error_type, call):
    try:
        call()
    except ApiException as exception:
        message, body = exception.args
        expect(message, f"post request failed with status code: {status}")
        expect(body["error"]["type"], error_type)
        return body["error"]
    raise AssertionError(f"no error of status {status}")


def check_embedded_model():
    embedded = Client("any key", api_url=PROOF["embeddedUrl"])
    response = embedded.completion(**ask())
    assert response["completion"].strip() != "", "the completion is empty"
    assert response["stop_reason"] in ("stop_sequence", "max_tokens"), response
    last = list(embedded.completion_stream(**ask()))[-1]
    assert last["completion"].strip() != "", "the stream is empty"
    assert last["stop_reason"] in ("stop_sequence", "max_tokens"), last


run_checks(
    {
        "create": check_create,
        "stream": check_stream,
        "async-stream": check_async_stream,
        "stop-sequence": check_stop_sequence,
        "bad-request": check_bad_request,
        "unauthorized": check_unauthorized,
        "overloaded": check_overloaded,
        "embedded-model": check_embedded_model,
    }
)
