"""Questions as people wrote them by hand, apart from the generator of the lessons: `python3 -m training.handwritten`.

Each is asked by Messages and as a text completion, at temperature 0. Starts the server of this repository unless `--url`
names one. Standard library only.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .evaluate import own_server, post

PHRASINGS = Path(__file__).parent / "phrasings.json"
MAX_TOKENS = 100
#: A reply that does not end says more than this.
MAX_WORDS = 80


@dataclass(frozen=True)
class Phrasing:
    """A question, and a pattern that each right reply has."""

    user: str
    accept: str
    system: str = ""
    prefill: str = ""
    #: Whether capital letters matter.
    case: bool = False
    #: The fewest words of a right reply.
    words: int = 0

    def is_right(self, reply: str) -> bool:
        flags = re.DOTALL if self.case else re.DOTALL | re.IGNORECASE
        return re.search(self.accept, reply.strip(), flags) is not None and self.words <= len(reply.split()) <= MAX_WORDS


def read_phrasings() -> dict[str, list[Phrasing]]:
    """The phrasings of each group."""
    return {name: [Phrasing(**fields) for fields in group] for name, group in json.loads(PHRASINGS.read_text()).items()}


def ask_messages(url: str, model: str, asked: Phrasing) -> str:
    messages = [{"role": "user", "content": asked.user}]
    if asked.prefill:
        messages.append({"role": "assistant", "content": asked.prefill})
    body = {"model": model, "max_tokens": MAX_TOKENS, "temperature": 0, "messages": messages}
    if asked.system:
        body["system"] = asked.system
    return "".join(block.get("text", "") for block in post(url, "/v1/messages", body)["content"])


def ask_completion(url: str, model: str, asked: Phrasing) -> str:
    prompt = f"{asked.system}\n\nHuman: {asked.user}\n\nAssistant:"
    if asked.prefill:
        prompt += f" {asked.prefill}"
    body = {"model": model, "prompt": prompt, "max_tokens_to_sample": MAX_TOKENS, "temperature": 0}
    return post(url, "/v1/complete", body)["completion"]


FORMS: tuple[Callable[[str, str, Phrasing], str], ...] = (ask_messages, ask_completion)


def score(url: str, model: str, show_wrong: bool) -> float:
    """Prints a line for each group, and returns the share of right replies in percent."""
    right = asked = 0
    with ThreadPoolExecutor(4) as pool:
        for name, group in read_phrasings().items():
            jobs = [(phrasing, pool.submit(ask, url, model, phrasing)) for phrasing in group for ask in FORMS]
            replies = [(phrasing, job.result()) for phrasing, job in jobs]
            wrong = [(phrasing, reply) for phrasing, reply in replies if not phrasing.is_right(reply)]
            right += len(replies) - len(wrong)
            asked += len(replies)
            print(f"{name:24} {len(replies) - len(wrong):3} of {len(replies):3}")
            if show_wrong:
                for phrasing, reply in wrong:
                    print(f"    {phrasing.user!r} -> {reply[:100]!r}")
    share = 100 * right / asked
    print(f"{'all':24} {right:3} of {asked:3}: {share:.1f} %")
    return share


def main() -> None:
    options = argparse.ArgumentParser(description="Score the model on questions written by hand.")
    options.add_argument("--url", help="a server that is already running, such as http://127.0.0.1:8080")
    options.add_argument("--model", default="claude-2.1", help="the model name in the requests")
    options.add_argument("--wrong", action="store_true", help="show wrong replies")
    options.add_argument("--at-least", type=float, default=0, help="the percentage below which the exit code is 1")
    args = options.parse_args()
    if args.url:
        share = score(args.url.rstrip("/"), args.model, args.wrong)
    else:
        with own_server() as url:
            share = score(url, args.model, args.wrong)
    sys.exit(0 if share >= args.at_least else 1)


if __name__ == "__main__":
    main()
