"""What is run once, to settle a choice or to prove a claim; the results stand in `eval/results`."""
