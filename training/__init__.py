"""How Continuo's demonstration model is made: data, tokenizer, trainer, export, evaluation."""
