"""What users of the Python client see of each fault, and of a recording that another client made."""

import json

from anthropic import Anthropic

from proof_checks import PROOF, expect, run_checks

QUESTION = [{"role": "user", "content": "Say something."}]
TOOL = {
    "name": PROOF["tool"],
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
SPOKEN = ("end_turn", [PROOF["text"]])
CALLED = PROOF["tool"]
# Errors that newer releases have classes of their own for.
IS_NEW = int(PROOF["version"].split(".")[0]) >= 2

# A fault, or its JSON: what comes of a message, and of a stream.
BOTH = {
    "rate-limited": "RateLimitError",
    "overloaded": "OverloadedError",
    "failed": "InternalServerError",
    "timed-out": "GatewayTimeoutError" if IS_NEW else "InternalServerError",
    "unauthenticated": "AuthenticationError",
    "forbidden": "PermissionDeniedError",
    "not-found": "NotFoundError",
    "too-large": "ContentTooLargeError" if IS_NEW else "RequestTooLargeError",
    "spend-limit": "EnforcedSpendLimitReachedError" if IS_NEW else "RateLimitError",
    '{"fault":"slow-headers","wait_ms":50}': SPOKEN,
    "no-response": "APITimeoutError",
    "reset": "APIConnectionError",
    '{"fault":"stall","wait_ms":100}': SPOKEN,
    '{"fault":"stall","wait_ms":100,"pings":true}': SPOKEN,
    '{"fault":"drip","bytes_per_second":100000}': SPOKEN,
    "malformed-event": "JSONDecodeError",
    "split-anywhere": SPOKEN,
    "missing-stop": SPOKEN,
    "wrong-content-type": SPOKEN,
    '{"fault":"slow-first-token","wait_ms":50}': SPOKEN,
    "refusal": ("refusal", []),
    "empty": ("end_turn", []),
    "max-tokens": ("max_tokens", [" Café 🦀\u2028日"]),
    "tool-input-against-schema": ("tool_use", [(CALLED, {"city": 12345})]),
    "unknown-tool": ("tool_use", [(f"{CALLED}_unknown", PROOF["toolInput"])]),
    "thinking-only": ("end_turn", ["thinking"]),
}
EACH = {
    "cut": ("APIConnectionError", "RemoteProtocolError"),
    # It drops what was not read, so the stream may not even have begun.
    '{"fault":"cut","reset":true}': ("APIConnectionError", "ReadError|RemoteProtocolError|APIConnectionError"),
    '{"fault":"duplicate-event","after_events":3}': (SPOKEN, ("end_turn", [f" Café{PROOF['text']}"])),
    "error-event": ("OverloadedError", "APIStatusError"),
    '{"fault":"error-event","error":"api_error"}': ("InternalServerError", "APIStatusError"),
    "tool-input-invalid": (("tool_use", [(CALLED, {})]), "ValueError"),
    "engine-crash": ("InternalServerError", "APIStatusError"),
}

client = Anthropic(base_url=PROOF["faultyUrl"], api_key="any key", max_retries=0)


def asking(fault):
    # No response comes, however long it waits; all others come.
    patient = client.with_options(timeout=0.5 if fault == "no-response" else 60)
    tools = {"tools": [TOOL]} if "tool" in fault else {}
    params = {"model": PROOF["model"], "max_tokens": 50, "messages": QUESTION, **tools}
    return patient, {**params, "extra_headers": {"x-continuo-fault": fault}}


def whole(fault):
    patient, params = asking(fault)
    return patient.messages.create(**params)


def streamed(fault):
    patient, params = asking(fault)
    with patient.messages.stream(**params) as stream:
        return stream.get_final_message()


def outcome(call, fault):
    try:
        message = call(fault)
    except Exception as error:
        return type(error).__name__
    return message.stop_reason, [shown(block) for block in message.content]


def shown(block):
    if block.type == "text":
        return block.text
    return (block.name, block.input) if block.type == "tool_use" else block.type


def expect_outcome(call, fault, expected):
    actual = outcome(call, fault)
    if isinstance(expected, str) and actual in expected.split("|"):
        return
    assert actual == expected, f"{fault}, {call.__name__}: {actual!r} instead of {expected!r}"


def check_faults():
    cases = {**{fault: (expected, expected) for fault, expected in BOTH.items()}, **EACH}
    names = {json.loads(fault)["fault"] if fault.startswith("{") else fault for fault in cases}
    expect(sorted(names), sorted(PROOF["faults"]))
    for fault, (expected_whole, expected_stream) in cases.items():
        expect_outcome(whole, fault, expected_whole)
        expect_outcome(streamed, fault, expected_stream)


def check_recording():
    recorded = Anthropic(base_url=PROOF["recordedUrl"], api_key="any key")
    params = {
        "model": PROOF["model"],
        "max_tokens": 20,
        "messages": [{"role": "user", "content": [{"type": "text", "text": PROOF["recordedQuestion"]}]}],
    }
    expect(recorded.messages.create(**params).content[0].text, PROOF["recordedText"])
    with recorded.messages.stream(**params) as stream:
        expect("".join(stream.text_stream), PROOF["recordedText"])


run_checks({"faults": check_faults, "recording": check_recording})
