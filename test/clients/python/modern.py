"""Text Completions with the Python client from 0.3 on: `anthropic.Anthropic().completions`."""

import asyncio

import anthropic
from anthropic import AI_PROMPT, HUMAN_PROMPT, Anthropic, AsyncAnthropic

from proof_checks import PROOF, expect, run_checks

PROMPT = f"{HUMAN_PROMPT} Say something.{AI_PROMPT}"

client = Anthropic(base_url=PROOF["openUrl"], api_key="any key", max_retries=0)


def ask(**overrides):
    return {
        "model": PROOF["model"],
        "prompt": PROMPT,
        "max_tokens_to_sample": 50,
        **overrides,
    }


def check_create():
    response = client.completions.with_raw_response.create(**ask())
    completion = response.parse()
    expect(completion.completion, PROOF["text"])
    expect(completion.type, "completion")
    expect(completion.stop_reason, "stop_sequence")
    expect(completion.model, PROOF["resolvedModel"])
    assert completion.id.startswith("compl_"), completion.id
    assert response.headers["request-id"].startswith("req_"), response.headers
    # Newer releases put the header's value on the object.
    if tuple(map(int, PROOF["version"].split("."))) >= (0, 75):
        request_id = client.completions.create(**ask())._request_id
        assert request_id is not None and request_id.startswith("req_"), request_id


def check_stream():
    expect_streamed(list(client.completions.create(**ask(), stream=True)))


def check_async_stream():
    async def collect():
        async with AsyncAnthropic(base_url=PROOF["openUrl"], api_key="any key") as async_client:
            stream = await async_client.completions.create(**ask(), stream=True)
            return [event async for event in stream]

    expect_streamed(asyncio.run(collect()))


def expect_streamed(events):
    expect("".join(event.completion for event in events), PROOF["text"])
    assert len(events) > 2, f"only {len(events)} events"
    expect({event.id for event in events}, {events[0].id})
    expect({event.model for event in events}, {PROOF["resolvedModel"]})
    expect([event.stop_reason for event in events[:-1]], [None] * (len(events) - 1))
    expect(events[-1].stop_reason, "stop_sequence")


def check_stop_sequence():
    params = ask(stop_sequences=["never", PROOF["stopSequence"]])
    completion = client.completions.create(**params)
    expect(completion.completion, PROOF["textBeforeStop"])
    expect(completion.stop_reason, "stop_sequence")
    events = list(client.completions.create(**params, stream=True))
    expect("".join(event.completion for event in events), PROOF["textBeforeStop"])
    expect(events[-1].stop_reason, "stop_sequence")


def check_bad_request():
    def create(**overrides):
        return lambda: client.completions.create(**ask(**overrides))

    # This client sends a prompt unchanged; the response contains both of the API's complaints.
    error = expect_error(anthropic.BadRequestError, 400, "invalid_request_error", create(prompt="Hello"))
    assert 'must start with "\n\nHuman:"' in error.body["error"]["message"], error.body
    assert 'must end with "\n\nAssistant:"' in error.body["error"]["message"], error.body
    error = expect_error(
        anthropic.BadRequestError, 400, "invalid_request_error", create(max_tokens_to_sample=0, stream=True)
    )
    assert "max_tokens_to_sample" in error.body["error"]["message"], error.body


def check_unauthorized():
    def create(api_key):
        keyed_client = Anthropic(base_url=PROOF["keyedUrl"], api_key=api_key, max_retries=0)
        return keyed_client.completions.create(**ask())

    error = expect_error(
        anthropic.AuthenticationError, 401, "authentication_error", lambda: create("a wrong key")
    )
    expect(error.body["error"]["message"], "invalid x-api-key")
    expect(create(PROOF["key"]).completion, PROOF["text"])


def check_overloaded():
    # Older releases have no class of its own for 529.
    overloaded_error = getattr(anthropic._exceptions, "OverloadedError", anthropic.InternalServerError)
    for stream in (False, True):
        expect_error(
            overloaded_error,
            529,
            "overloaded_error",
            lambda: client.completions.create(**ask(model=PROOF["overloadedModel"], stream=stream)),
        )


def expect_error(error_class, status, error_type, call):
    try:
        call()
    except anthropic.APIStatusError as error:
        expect(type(error), error_class)
        expect(error.status_code, status)
        expect(error.body["type"], "error")
        expect(error.body["error"]["type"], error_type)
        # Newer releases read these out of the response.
        expect(getattr(error, "type", error_type), error_type)
        request_id = error.response.headers["request-id"]
        assert request_id.startswith("req_"), request_id
        expect(error.body["request_id"], request_id)
        expect(getattr(error, "request_id", request_id), request_id)
        return error
    raise AssertionError(f"no error of status {status}")


def check_retry():
    # The server refuses this prompt once: without a second request there is no completion.
    prompt = f"{HUMAN_PROMPT} Recover for {PROOF['client']}.{AI_PROMPT}"
    retrying = client.with_options(max_retries=2)
    completion = retrying.completions.create(**ask(model=PROOF["recoveringModel"], prompt=prompt))
    expect(completion.completion, PROOF["text"])


def check_embedded_model():
    embedded = Anthropic(base_url=PROOF["embeddedUrl"], api_key="any key")
    completion = embedded.completions.create(**ask())
    assert completion.completion.strip() != "", "the completion is empty"
    assert completion.stop_reason in ("stop_sequence", "max_tokens"), completion.stop_reason
    events = list(embedded.completions.create(**ask(), stream=True))
    assert "".join(event.completion for event in events).strip() != "", "the stream is empty"
    assert events[-1].stop_reason in ("stop_sequence", "max_tokens"), events[-1].stop_reason


run_checks(
    {
        "create": check_create,
        "stream": check_stream,
        "async-stream": check_async_stream,
        "stop-sequence": check_stop_sequence,
        "bad-request": check_bad_request,
        "unauthorized": check_unauthorized,
        "overloaded": check_overloaded,
        "retry": check_retry,
        "embedded-model": check_embedded_model,
    }
)
