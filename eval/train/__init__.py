"""The training of the two adapters: one for the vectors (``encoder``), one that reads (``spans``), and their figures
(``measure``). Runs on a CPU or a GPU; wants torch, transformers, tokenizers, safetensors and numpy alone."""
