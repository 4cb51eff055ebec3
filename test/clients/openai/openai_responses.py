"""Responses with OpenAI's Python client."""

import json

import openai
from proof_checks import PROOF, expect, run_checks

client = openai.OpenAI(base_url=f"{PROOF['openUrl']}/v1", api_key="any key", max_retries=0)
ASK = {"model": PROOF["model"], "input": "Say something.", "max_output_tokens": 50}
TOOLS = [
    {
        "type": "function",
        "name": PROOF["tool"],
        "description": "Looks up the weather.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
        "strict": False,
    }
]


def check_response():
    response = client.responses.create(**ASK, instructions="Be brief.")
    expect(response.output_text, PROOF["text"])
    expect(response.status, "completed")
    expect(response.model, PROOF["resolvedModel"])
    usage = response.usage
    expect(usage.total_tokens, usage.input_tokens + usage.output_tokens)


def check_response_stream():
    events = list(client.responses.create(**ASK, stream=True))
    expect([event.sequence_number for event in events], list(range(len(events))))
    expect(events[0].type, "response.created")
    expect(events[-1].type, "response.completed")
    expect(events[-1].response.output_text, PROOF["text"])
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    expect("".join(deltas), PROOF["text"])
    with client.responses.stream(**ASK) as stream:
        expect(stream.get_final_response().output_text, PROOF["text"])


def check_response_tools():
    """A call, its output, the reply to it, and the same call streamed."""
    asked = client.responses.create(**ASK, tools=TOOLS)
    call = asked.output[0]
    expect((call.type, call.name), ("function_call", PROOF["tool"]))
    expect(json.loads(call.arguments), PROOF["toolInput"])
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    history = [{"role": "user", "content": ASK["input"]}, *asked.output, output]
    answered = client.responses.create(**{**ASK, "input": history}, tools=TOOLS)
    expect(answered.output_text, PROOF["text"])
    with client.responses.stream(**ASK, tools=TOOLS) as stream:
        streamed = stream.get_final_response()
    expect(json.loads(streamed.output[0].arguments), PROOF["toolInput"])


def expect_error(error_class, text, call):
    try:
        call()
    except error_class as error:
        assert text in str(error), error
        return
    raise AssertionError(f"no error with {text!r}")


def check_response_errors():
    expect_error(
        openai.BadRequestError,
        "previous_response_id",
        lambda: client.responses.create(**ASK, previous_response_id="resp_1"),
    )
    expect_error(openai.NotFoundError, "Not Found", lambda: client.responses.retrieve("resp_1"))
    keyed = openai.OpenAI(base_url=f"{PROOF['keyedUrl']}/v1", api_key="wrong", max_retries=0)
    expect_error(openai.AuthenticationError, "", lambda: keyed.responses.create(**ASK))


run_checks(
    {
        "response": check_response,
        "response-stream": check_response_stream,
        "response-tools": check_response_tools,
        "response-errors": check_response_errors,
    }
)
