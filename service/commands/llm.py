"""``judian llm``: whether the configured language model does what the service wants of it."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import aclosing
from dataclasses import dataclass, field

import typer

from service.commands.terminal import Terminal
from service.errors import SettingsError
from service.llm.backend import open_model
from service.llm.data import Numbered, fenced, handle
from service.llm.prompts import Template, load_prompts
from service.llm.types import Model, ModelError, Usage
from service.settings import Settings
from service.words import say, told

app = typer.Typer(
    help="The language model that writes answers, where JUDIAN_LLM names one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
out = Terminal()

QUESTION = "全县有多少家养老机构？"
SENTENCES = ("全县新建改建农村公路86公里。", "全县共有养老机构23家，床位3150张。", "全年空气质量优良天数比例为92.4%。")
ANSWER, CITED = "23", handle(2)
MAX_SHOWN_CHARS = 300


@app.callback()
def group() -> None:
    """Without this, typer would make the one command the whole group."""


@app.command()
def check() -> None:
    """Ask the language model one question about three sentences, and say what works and what does not.

    Ends with 0 when it answers and cites as asked, with 1 when it gives no answer, with 2 when it answers otherwise.
    """
    settings = Settings.from_environment()
    model = open_model(settings)
    if model is None:
        raise SettingsError(
            "JUDIAN_LLM is not set, so that no language model is asked; see the README, *Language model*"
        )
    template = load_prompts(settings.prompts).answer("zh", "number")
    address = settings.llm_base_url.partition("?")[0] or say("its provider's own address")
    tried, secret = _Tried(), settings.llm_key()
    how = say("with a key") if secret else say("without a key")
    out.print(say("asking {model} at {address}, {how}", model=model.name, address=address, how=how))
    try:
        asyncio.run(_try(model, template, tried))
    except ModelError as error:
        _say(False, told(str(error)))
        _show(say("it said"), error.detail, secret)
        _show(say("it wrote"), tried.text, secret)
        raise typer.Exit(1) from None
    n_pieces = len(tried.pieces)
    _say(True, say("reachable, and the key is accepted") if secret else say("reachable, and it asks for no key"))
    if n_pieces > 1:
        _say(
            True,
            say(
                "streams: {n} pieces, the first after {first:.0f} ms, all after {all:.0f} ms",
                n=n_pieces,
                first=tried.first_ms,
                all=tried.all_ms,
            ),
        )
    else:
        _say(True, say("does not stream: the answer came in one piece, after {all:.0f} ms", all=tried.all_ms))
    usage = tried.usage
    if usage.input_tokens or usage.output_tokens:
        _say(
            True,
            say("counts tokens: {read} read, {written} written", read=usage.input_tokens, written=usage.output_tokens),
        )
    else:
        _say(True, say("does not count tokens; a token a character is taken instead"))
    faults = _faults(tried.text)
    _say(not faults, "; ".join(faults) or say("answers from the sentences and cites {cited}", cited=CITED))
    _show(say("it wrote"), tried.text, secret)
    if faults:
        out.print(
            " " * 8
            + say("Sentences that cite nothing are removed; another model, or prompts of your own, may do better.")
        )
        raise typer.Exit(2)


@dataclass
class _Tried:
    pieces: list[str] = field(default_factory=list)
    first_ms: float = 0.0
    all_ms: float = 0.0
    usage: Usage = field(default_factory=Usage)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


async def _try(model: Model, template: Template, tried: _Tried) -> None:
    """Fill ``tried`` with what the model says to the question. Raises ModelError."""
    sentences = fenced(Numbered(at, text, "安平县2023年政府工作报告") for at, text in enumerate(SENTENCES, start=1))
    began = time.perf_counter()
    async with aclosing(model.stream(template.messages(question=QUESTION, sentences=sentences), tried.usage)) as pieces:
        async for piece in pieces:
            tried.first_ms = tried.first_ms or (time.perf_counter() - began) * 1000
            tried.pieces.append(piece)
    tried.all_ms = (time.perf_counter() - began) * 1000


def _faults(text: str) -> list[str]:
    handles = set(re.findall(r"\[S\d+\]", text))
    faults = [] if ANSWER in text else [say("does not find the answer, {answer}", answer=ANSWER)]
    if CITED not in handles:
        but = say(" but {others}", others=" ".join(sorted(handles))) if handles else ""
        faults.append(say("does not cite {cited}", cited=CITED) + but)
    return faults


def _show(what: str, text: str, secret: str) -> None:
    """``text`` of the server on one line, without what would steer the terminal; nothing where it is empty."""
    shown = " ".join((text.replace(secret, "***") if secret else text).split())[:MAX_SHOWN_CHARS]
    if shown:
        out.print(f"        {what}: {''.join(char for char in shown if char.isprintable())}")


def _say(works: bool, what: str) -> None:
    out.print(f"{say('ok') if works else say('NOT OK'):<8}{what}")
