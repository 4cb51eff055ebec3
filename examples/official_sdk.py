# An unmodified official SDK against a running server: pip install "anthropic<1", then python examples/official_sdk.py
import os

from anthropic import AI_PROMPT, HUMAN_PROMPT, Anthropic

client = Anthropic(base_url=os.environ.get("CONTINUO_BASE_URL", "http://127.0.0.1:8642"), api_key="any")

completion = client.completions.create(
    model="claude-2.1",
    max_tokens_to_sample=64,
    prompt=f"{HUMAN_PROMPT} What is 17 + 25?{AI_PROMPT}",
)
print(completion.completion)
