"""The texts that speed is measured on: statute articles of ``shared/bulk``, one file per statute."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path
from typing import NamedTuple

SEED = 20261123
MAX_WORDS_CHARS = 24


class Article(NamedTuple):
    """An article of a statute."""

    law: str
    number: str
    text: str


def write_statutes(bulk: Path, folder: Path, max_articles: int | None = None) -> list[Article]:
    """Write one UTF-8 text file per statute into ``folder`` until ``max_articles`` are written; return the articles.

    Files that are there already are written anew only when they differ.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: dict[str, list[str]] = {}
    articles: list[Article] = []
    chapter = ""
    with gzip.open(bulk, "rt", encoding="utf-8") as file:
        for line in file:
            if max_articles is not None and len(articles) >= max_articles:
                break
            item = json.loads(line)
            name = re.sub(r"[/\s]+", "_", item["id"].split("#")[0])
            if name not in lines:
                lines[name], chapter = [item["law"]], ""
            if item["chapter"] and item["chapter"] != chapter:
                chapter = item["chapter"]
                lines[name].append(chapter)
            lines[name].append(item["text"])
            articles.append(Article(item["law"], item["article"], item["text"]))
    for name, held in lines.items():
        path, text = folder / f"{name}.txt", "\n".join(held) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return articles


def questions(articles: list[Article], n: int) -> list[str]:
    """``n`` questions at most, by turns one in words of an article and one that names statute and article."""
    chosen = random.Random(SEED).sample(articles, min(n, len(articles)))
    return [
        f"《{article.law}》{article.number}规定了什么？" if number % 2 else f"关于{_words(article)}，有什么规定？"
        for number, article in enumerate(chosen)
    ]


def _words(article: Article) -> str:
    return max(re.split(r"[，。；：、\n\s]", article.text), key=len)[:MAX_WORDS_CHARS]
