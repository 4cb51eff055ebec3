"""A multiple-choice task with lm-eval, which adds up the log probabilities of prompts' tokens."""

import json
import os
import tempfile

# Nothing is fetched from a hub.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", OPENAI_API_KEY="any key")

import gguf
import lm_eval
import tokenizers
import transformers
from proof_checks import PROOF, expect, run_checks

MODEL = os.environ["CONTINUO_MODEL"]
QUESTIONS = [(17, 25), (2, 3), (40, 8), (12, 30), (9, 9), (31, 16)]
# The regular expression of the tokenizers that llama.cpp calls llama-bpe.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def write_tokenizer(folder):
    """The tokenizer of the model's file, in the form of Hugging Face."""
    fields = gguf.GGUFReader(MODEL).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    vocabulary = {token: index for index, token in enumerate(tokens)}
    # It knows whole words and single bytes: its one merge makes no token.
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [], ignore_merges=True))
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(WORDS), "isolated")
    levels = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([split, levels])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    bos, eos = (tokens[fields[f"tokenizer.ggml.{name}_token_id"].contents()] for name in ("bos", "eos"))
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=bos, eos_token=eos)
    fast.save_pretrained(folder)
    return fast


def write_task(folder):
    """Sums with three possible results each; the right one stands at a place of its own."""
    rows = []
    for index, (one, other) in enumerate(QUESTIONS):
        results = [str(one + other + 11 * offset) for offset in (1, 2)]
        gold = index % 3
        results.insert(gold, str(one + other))
        rows.append({"question": f"What is {one} + {other}?", "choices": results, "gold": gold})
    data = os.path.join(folder, "sums.jsonl")
    with open(data, "w", encoding="utf8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return {
        "task": "sums",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": data}, "cache_dir": folder},
        "test_split": "test",
        "output_type": "multiple_choice",
        "doc_to_text": "\n\nHuman: {{question}}\n\nAssistant:",
        "doc_to_choice": "{{choices}}",
        "doc_to_target": "gold",
        "metric_list": [{"metric": "acc"}],
    }


def check_raw_text():
    """Every answer is the likeliest of its question's choices, sent one at a time and in batches."""
    with tempfile.TemporaryDirectory() as folder:
        write_tokenizer(folder)
        task = write_task(folder)
        for batch_size in (1, 4):
            arguments = {
                "model": PROOF["model"],
                "base_url": f"{PROOF['embeddedUrl']}/v1/completions",
                "tokenizer": folder,
                "num_concurrent": 1,
                "max_retries": 1,
            }
            results = lm_eval.simple_evaluate(
                model="local-completions",
                model_args=arguments,
                tasks=[task],
                batch_size=batch_size,
                bootstrap_iters=0,
            )
            scores = results["results"]["sums"]
            expect(scores["acc,none"], 1.0)


if __name__ == "__main__":
    run_checks({"embedded-model": check_raw_text})
