"""The optional language model: its backend, its prompts, and what keeps it from harm."""
