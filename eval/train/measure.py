"""Measure the adapters on text that no training saw: R@1 and R@5 of the cosine alone, exact match, F1 and AUC. ::

    python -m eval.train.measure --qa ../shared/qa [--encoder FILE --t 0.75] [--spans FILE] --out FILE.json

Without an adapter the base is measured. Weights are merged and compute in float32.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import tokenizers
import torch
import transformers
from torch import nn
from transformers import BertModel

from eval.train.base import PASSAGE, QUERY, Tokens, encode, load_base, load_tokenizer
from eval.train.calibrate import auc
from eval.train.kept_out import Retrieval, readings, retrieval_sets
from eval.train.lora import load_adapter, merge
from eval.train.reader import SpanReader, read, windows_of
from indexer.encoders.bundled import MAX_TOKENS

READING_SETS = ("cmrc2018_dev", "drcd_dev", "crud_rag", "xquad_zh_odd", "xquad_en2zh_odd")


@torch.no_grad()
def recall(bert: BertModel, tokens: Tokens, pool: Retrieval) -> tuple[float, float]:
    """R@1 and R@5 over the questions that have a right text: the share with one among the nearest so many."""
    texts = encode(bert, tokens([PASSAGE + text for text in pool.texts]))
    asked = encode(bert, tokens([QUERY + text for text in pool.questions]))
    nearest = (asked @ texts.T).topk(5, dim=1).indices.tolist()
    found = [[place in right for place in row] for row, right in zip(nearest, pool.right, strict=True) if right]
    return float(np.mean([row[0] for row in found])), float(np.mean([any(row) for row in found]))


def retrieval_figures(bert: BertModel, qa: Path) -> dict[str, dict[str, float]]:
    """The table of the model card."""
    tokens = Tokens(load_tokenizer(), MAX_TOKENS)
    figures = {}
    for pool in retrieval_sets(qa):
        first, five = recall(bert, tokens, pool)
        figures[pool.name] = {
            "questions": len(pool.questions),
            "without": sum(not right for right in pool.right),
            "texts": len(pool.texts),
            "R@1": round(first, 3),
            "R@5": round(five, 3),
        }
    return figures


def reading_figures(reader: SpanReader, qa: Path, score: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Exact match and F1 of the best-scored span over all windows of the passage, and the AUC of the score: windows
    with an accepted answer against the nearest of other passages, and against others of the same passage."""
    tokenizer = load_tokenizer()
    figures = {}
    for name in READING_SETS:
        asked = [item for item in readings(qa / name) if any(map(item.holds, item.windows))]
        texts = [(item, text) for item in asked for text in (*item.windows, *item.others)]
        found = read(reader, windows_of(tokenizer, [item.question for item, _ in texts], [text for _, text in texts]))
        scores = found.features @ np.array(score["weight"]) + score["bias"]
        right, same, other, exact, overlap, at = [], [], [], [], [], 0
        for item in asked:
            own = range(at, at + len(item.windows))
            best = max(own, key=lambda row: scores[row])
            start, end = found.spans[best]
            exact.append(max(_exact(texts[best][1][start:end], answer) for answer in item.answers))
            overlap.append(max(f1(texts[best][1][start:end], answer) for answer in item.answers))
            right += [scores[row] for row in own if item.holds(texts[row][1])]
            same += [scores[row] for row in own if not item.holds(texts[row][1])]
            at += len(item.windows)
            other += scores[at : at + len(item.others)].tolist()
            at += len(item.others)
        figures[name] = {
            "questions": len(asked),
            "EM": round(float(np.mean(exact)), 3),
            "F1": round(float(np.mean(overlap)), 3),
            "AUC, other passages": round(auc(right, other), 3),
            "AUC, same passage": round(auc(right, same), 3) if same else float("nan"),
        }
    return figures


def f1(told: str, answer: str) -> float:
    """F1 of the characters, punctuation and white space aside, as for CMRC 2018 but without the order."""
    one, other = Counter(_letters(told)), Counter(_letters(answer))
    both = sum((one & other).values())
    return 2 * both / (sum(one.values()) + sum(other.values())) if both else 0.0


def _exact(told: str, answer: str) -> bool:
    return _letters(told) == _letters(answer)


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def load_encoder(path: Path | None, t: float, device: torch.device) -> BertModel:
    """The base, with the adapter merged where one is given."""
    bert = load_base(torch.device("cpu"))
    if path:
        merge(bert, load_adapter(path), t)
    bert.train(False)
    nn.Module.to(bert, device)
    return bert


def load_reader(path: Path, device: torch.device) -> SpanReader:
    """The base with the reader's adapter merged, and its head."""
    adapter = load_adapter(path)
    bert = load_base(torch.device("cpu"))
    merge(bert, adapter, 1.0)
    reader = SpanReader(bert)
    reader.head.load_state_dict(adapter.head)
    return reader.to(device).eval()


def stamp(device: torch.device) -> dict[str, Any]:
    """What a figure was made with."""
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or "cpu",
        "versions": {
            "python": platform.python_version(),
            **{module.__name__: module.__version__ for module in (torch, transformers, tokenizers, safetensors, np)},
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qa", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="an adapter for the vectors; without it and --spans, the base")
    parser.add_argument("--t", type=float, default=0.75, help="its strength")
    parser.add_argument("--spans", type=Path, help="a reader's adapter, with span_calibration.json beside it")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    device, started = torch.device(asked.device), time.monotonic()
    told: dict[str, Any] = {}
    if asked.encoder or not asked.spans:
        told["retrieval"] = retrieval_figures(load_encoder(asked.encoder, asked.t, device), asked.qa)
        told["t"] = asked.t if asked.encoder else 0.0
    if asked.spans:
        reader = load_reader(asked.spans, device)
        score = json.loads(asked.spans.with_name("span_calibration.json").read_text(encoding="utf-8"))
        told["reading"] = reading_figures(reader, asked.qa, score)
    told |= {"seconds": round(time.monotonic() - started, 1)} | stamp(device)
    asked.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
