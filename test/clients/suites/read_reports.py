"""Reads the reports of usage and cost of requests that it sends; prints a line with the result.

Arguments: the client's version, the name of the check, and the server. The client checks every response against its types.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from importlib.metadata import version as version_of

from anthropic import Anthropic

GROUPS = ["actor", "actor_type", "api_key_id", "context_window", "inference_geo", "model", "product"]
GROUPS += ["service_tier", "session_id", "speed", "workspace_id"]
MAX_OUTPUT_TOKENS = 5
# No other program uses it, and other programs may run at the same time.
MODEL = "claude-opus-4-1-20250805"
PATIENCE_SECONDS = 20


def send_message(url):
    client = Anthropic(base_url=url, api_key="any")
    message = client.messages.create(
        model=MODEL,
        max_tokens=MAX_OUTPUT_TOKENS,
        messages=[{"role": "user", "content": "Hi"}],
    )
    return message.usage


def whole_range():
    now = datetime.now(timezone.utc)
    hour = timedelta(hours=1)
    return {"starting_at": now - hour, "ending_at": now + hour, "models": [MODEL]}


def read_until(read, is_complete):
    """Usage is reported a moment after its response."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows = list(read())
        if is_complete(rows) or time.monotonic() > deadline:
            return rows
        time.sleep(0.1)


def check_reports(url):
    used = [send_message(url), send_message(url)]
    output_tokens = sum(usage.output_tokens for usage in used)
    analytics = Anthropic(
        base_url=url, api_key="my-anthropic-api-key", _strict_response_validation=True
    ).beta.organization.analytics

    def usage_by(group):
        return analytics.usage.list(**whole_range(), time_bucket_width="1h", group_by=[group], limit=1)

    def all_output_tokens(rows):
        return sum(row.usage.output_tokens for row in rows)

    for group in GROUPS:
        rows = read_until(lambda: usage_by(group), lambda rows: all_output_tokens(rows) >= output_tokens)
        assert all_output_tokens(rows) == output_tokens, f"{group}: {rows}"
        assert sum(row.usage.requests for row in rows) == len(used), f"{group}: {rows}"
    for split in ["cost_type", "token_type"]:
        costs = analytics.cost.list(**whole_range(), time_bucket_width="1d", group_by=["model", split])
        kinds = {getattr(row.group, split) for row in costs}
        assert kinds == ({"tokens"} if split == "cost_type" else {"uncached_input_tokens", "output_tokens"}), kinds


def main():
    version, check, server = sys.argv[1:4]
    problem = None
    try:
        assert version_of("anthropic") == version, version_of("anthropic")
        check_reports(json.loads(os.environ["CONTINUO_PROOF"])[server])
    except Exception as error:
        problem = repr(error)
    print(f"ok {check}" if problem is None else f"not ok {check}: {problem}", flush=True)
    sys.exit(0 if problem is None else 1)


main()
