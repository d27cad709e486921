"""A service in this process: what ``judian.client.Client`` does over HTTP, over an index folder."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from service.converse import Conversation
from service.open import open_live, open_writer
from service.settings import Settings
from service.types import Answer, Question, SearchAnswer, SearchQuestion


class Local:
    """Answers from what is published in ``index``, also when that changes. Safe to use from several threads; close it,
    or use it as a context.

    ``settings``: those of the environment (``JUDIAN_*``) where none are given. Raises SettingsError, SnapshotError,
    EncoderError.
    """

    def __init__(self, index: Path | str, settings: Settings | None = None) -> None:
        settings = settings or Settings.from_environment()
        self._live = open_live(Path(index), settings)
        self._conversation = Conversation(open_writer(settings))
        self._threads = ThreadPoolExecutor(thread_name_prefix="judian-local")
        self._live.follow()

    def ask(self, question: str | Question) -> Answer:
        """The answer to a question. Raises BadQuestion."""
        asked = question if isinstance(question, Question) else Question(question=question)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._conversation.ask(self._live.asker, asked)
        # Where an event loop runs, as in a notebook, the answer needs another: one runs in a thread.
        return self._threads.submit(self._conversation.ask, self._live.asker, asked).result()

    def search(self, question: str | SearchQuestion) -> SearchAnswer:
        """Retrieval alone: the passages, best first. Raises BadQuestion."""
        asked = question if isinstance(question, SearchQuestion) else SearchQuestion(question=question)
        return self._live.asker.search(asked)

    def close(self) -> None:
        """Stop following what is published."""
        self._live.close()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
