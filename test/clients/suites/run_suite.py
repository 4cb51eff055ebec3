"""Runs a part of the client's own test suite; prints a line with the result.

Arguments: the client's version, the name of the check, the server's name in CONTINUO_PROOF, and the paths of the part within
the working directory.
"""

import json
import os
import sys
from importlib.metadata import version as version_of

import pytest

# One process: the machine runs other clients too.
OPTIONS = ["-n", "0", "-p", "no:cacheprovider", "-q", "--no-header", "--show-capture=no"]


class Outcomes:
    """Counts the tests, and keeps the names of those that failed."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid.split("::", 1)[-1])
        elif report.when == "call" and report.passed:
            self.passed += 1


def run(paths):
    """Runs the tests of some paths. The report of pytest goes to stderr, which people read after a failure."""
    outcomes = Outcomes()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        code = pytest.main([*OPTIONS, *paths], plugins=[outcomes])
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)
    if code == 0 and outcomes.passed > 0:
        return None
    names = ", ".join(outcomes.failed) or f"pytest ended with {int(code)}"
    return f"{outcomes.passed} passed, {len(outcomes.failed)} failed: {names}"


def main():
    version, check, server, *paths = sys.argv[1:]
    os.environ["TEST_API_BASE_URL"] = json.loads(os.environ["CONTINUO_PROOF"])[server]
    # Imported before pytest has rewritten it, the client would be tested without its assertions.
    installed = version_of("anthropic")
    problem = run(paths) if installed == version else f"this is version {installed}"
    print(f"ok {check}" if problem is None else f"not ok {check}: {problem}", flush=True)
    sys.exit(0 if problem is None else 1)


main()
