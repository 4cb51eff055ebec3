"""What users of the Python client of spring 2023 see of each fault, and of a recording that another client made."""

import json

from anthropic import AI_PROMPT, HUMAN_PROMPT, Client

from proof_checks import PROOF, expect, run_checks

# A fault, or its JSON: what comes of a completion, and of a stream.
REFUSED = {
    "rate-limited": 429,
    "overloaded": 529,
    "failed": 500,
    "timed-out": 504,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "too-large": 413,
    "spend-limit": 429,
}
BROKEN = {
    "no-response": ("ReadTimeout", "ReadTimeout"),
    "reset": ("ConnectionError", "ConnectionError"),
    "cut": ("ChunkedEncodingError", "ChunkedEncodingError"),
    "malformed-event": ("JSONDecodeError", "ApiException"),
    "error-event": ("ApiException", "ApiException"),
    '{"fault":"error-event","error":"api_error"}': ("ApiException", "ApiException"),
    "engine-crash": ("ApiException", "ApiException"),
}
SPOKEN = [
    '{"fault":"slow-headers","wait_ms":50}',
    '{"fault":"stall","wait_ms":100}',
    '{"fault":"stall","wait_ms":100,"pings":true}',
    '{"fault":"drip","bytes_per_second":100000}',
    "split-anywhere",
    # A stream of its time repeats the whole text with each event.
    "duplicate-event",
    "missing-stop",
    "wrong-content-type",
    '{"fault":"slow-first-token","wait_ms":50}',
    # It has no tools.
    "tool-input-invalid",
    "tool-input-against-schema",
    "unknown-tool",
]
SHORTER = {"refusal": "", "empty": "", "thinking-only": "", "max-tokens": " Café 🦀\u2028日"}


def ask(fault, call):
    # It sends no headers of its users: the server of these programs reads the fault from the key.
    timeout = 0.5 if fault == "no-response" else 60
    client = Client(f"fault:{fault}", api_url=PROOF["faultyUrl"], default_request_timeout=timeout)
    return call(client, params("Say something."))


def params(question):
    return {
        "model": PROOF["model"],
        "prompt": f"{HUMAN_PROMPT} {question}{AI_PROMPT}",
        "max_tokens_to_sample": 50,
    }


def whole(client, asked):
    return client.completion(**asked)["completion"]


def streamed(client, asked):
    return list(client.completion_stream(**asked))[-1]["completion"]


def check_faults():
    faults = [*REFUSED, *BROKEN, *SPOKEN, *SHORTER]
    names = {json.loads(fault)["fault"] if fault.startswith("{") else fault for fault in faults}
    expect(sorted(names), sorted(PROOF["faults"]))
    for fault, status in REFUSED.items():
        for call in (whole, streamed):
            error = error_of(fault, call)
            expect((fault, type(error).__name__), (fault, "ApiException"))
            expect(error.args[0], f"post request failed with status code: {status}")
    for fault, classes in BROKEN.items():
        expect((fault, *(type(error_of(fault, call)).__name__ for call in (whole, streamed))), (fault, *classes))
    for fault in SPOKEN:
        expect((fault, ask(fault, whole), ask(fault, streamed)), (fault, PROOF["text"], PROOF["text"]))
    for fault, text in SHORTER.items():
        expect((fault, ask(fault, whole), ask(fault, streamed)), (fault, text, text))


def error_of(fault, call):
    try:
        text = ask(fault, call)
    except Exception as error:
        return error
    raise AssertionError(f"{fault}: no error, but {text!r}")


def check_recording():
    client = Client("any key", api_url=PROOF["recordedUrl"])
    for call in (whole, streamed):
        # A completion of a text starts with a space.
        expect(call(client, params(PROOF["recordedQuestion"])), f" {PROOF['recordedText']}")


run_checks({"faults": check_faults, "recording": check_recording})
