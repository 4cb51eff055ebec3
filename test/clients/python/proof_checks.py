"""The settings of the Python programs; prints a line for each check."""

import json
import os
import sys
import traceback

PROOF = json.loads(os.environ["CONTINUO_PROOF"])


def run_checks(checks):
    """Runs every check, prints the result of each, and ends the process."""
    failures = 0
    for name, check in checks.items():
        try:
            check()
        except Exception as error:
            failures += 1
            traceback.print_exc()
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"not ok {name}: {reason}", flush=True)
        else:
            print(f"ok {name}", flush=True)
    sys.exit(1 if failures else 0)


def expect(actual, expected):
    """Like assert, but shows the actual value."""
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")
