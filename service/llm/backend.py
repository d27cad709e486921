"""The door to LangChain: a chat model as configured, asked so that every way in which it can fail has its name.

Nothing of LangChain is imported before ``open_model`` finds one configured. Each question has a client of its own and a
connection of its own: a client's pool belongs to the event loop that it began in, and closing the client is what ends a
call at once, whatever the server is doing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import time
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from service.errors import SettingsError
from service.llm.failures import error_of, told
from service.llm.thought import Thought
from service.llm.types import Message, Model, Usage
from service.settings import Settings

EXTRAS = {"openai": "llm", "ollama": "llm-ollama", "anthropic": "llm-anthropic"}
# Where a provider is when no address is configured. Said here, so that no variable of the provider's own sends
# questions elsewhere.
ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "ollama": "http://127.0.0.1:11434",
    "anthropic": "https://api.anthropic.com",
}
DEFAULTS: Mapping[str, Any] = {"temperature": 0, "max_tokens": 1024}
# A token is hardly ever longer. What writes more than this for each token it may is out of hand.
MAX_CHARS_PER_TOKEN = 8
OLLAMA_CONTEXT = 16_384  # tokens; Ollama's own default is a quarter of that, and it cuts what is longer without a word
NOT_ASKED = "the client that blocks is never asked"  # so LangChain makes none
NO_KEY = "none"  # to a server that asks for no key; a client wants one, and would take it from the environment
# What providers call the reason for which a message ended, and the reasons that are no whole answer.
END_NAMES = ("finish_reason", "stop_reason", "done_reason")
TOO_LONG = ("length", "max_tokens")
WITHHELD = ("content_filter", "refusal", "sensitive")

NO_STREAM = 'no answer in pieces; for a server that cannot, JUDIAN_LLM_PARAMETERS takes {"disable_streaming": true}'

Close = Callable[[], Awaitable[object]]
Open = Callable[[], tuple[Any, Close]]


def open_model(settings: Settings) -> Model | None:
    """The configured language model, or None where none is. It is not asked anything yet.

    Raises SettingsError when its provider is unknown, its package is not installed, or a parameter is impossible.
    """
    if not settings.llm:
        return None
    provider, _, name = settings.llm.partition(":")
    secret = settings.llm_key()
    asked = {**DEFAULTS, **settings.llm_parameters}
    parameters = {key: value for key, value in asked.items() if value is not None}
    max_tokens = parameters.get("max_tokens")

    client = _client_options(settings.llm_base_url or ADDRESSES.get(provider), settings.llm_timeout_s)

    def opened() -> tuple[Any, Close]:
        return _chat_model(provider, name, settings.llm_base_url, secret, client, dict(parameters))

    _try(opened, provider, secret)
    return Backend(
        name=settings.llm,
        open_chat=opened,
        secret=secret,
        timeout_s=settings.llm_timeout_s,
        first_s=settings.llm_timeout_s if parameters.get("disable_streaming") else settings.llm_first_token_s,
        max_chars=max_tokens * MAX_CHARS_PER_TOKEN if isinstance(max_tokens, int) else None,
        says_its_end=provider in ADDRESSES,
    )


class Backend:
    """A ``Model`` that LangChain asks."""

    def __init__(
        self,
        name: str,
        open_chat: Open,
        secret: str,
        timeout_s: float,
        first_s: float,
        max_chars: int | None,
        says_its_end: bool,
    ) -> None:
        self._name = name
        self._open = open_chat
        self._secret = secret
        self._timeout_s = timeout_s
        self._first_s = first_s
        self._max_chars = max_chars
        self._says_its_end = says_its_end

    @property
    def name(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"Backend({self._name!r})"

    async def stream(
        self,
        messages: Sequence[Message],
        usage: Usage,
        budget_key: str = "",  # noqa: ARG002 - the guard keeps the accounts
    ) -> AsyncGenerator[str, None]:
        """See ``Model``. Thought that the answer begins with is left out, and counts towards its length."""
        chat, close = self._open()
        chunks = chat.astream([(message.role, message.text) for message in messages])
        start = time.monotonic()
        thought = Thought()
        n_chunks, n_chars, n_said, ended = 0, 0, 0, ""
        try:
            while True:
                # Servers open with a chunk that says nothing; a second one is a sign of life, if only of thought.
                begun = n_chars or n_chunks > 1
                allowed_s = self._timeout_s if begun else min(self._first_s, self._timeout_s)
                chunk = await self._next(chunks, allowed_s - (time.monotonic() - start))
                if chunk is None:
                    break
                n_chunks += 1
                _count(chunk, usage)
                ended = next((str(end) for name in END_NAMES if (end := chunk.response_metadata.get(name))), ended)
                written = str(chunk.text)
                n_chars += len(written) + _n_thought(chunk)
                if self._max_chars is not None and n_chars > self._max_chars:
                    raise told("too_long")
                piece = thought.without(written)
                if piece:
                    n_said += len(piece.strip())
                    yield piece
            rest = thought.rest()
            if rest:
                n_said += len(rest)
                yield rest
            self._check_end(ended, n_said)
        finally:
            # The chunks first: they are still being read. Closing the client ends what they leave open.
            with suppress(Exception):
                await chunks.aclose()
            with suppress(Exception):
                await close()

    async def _next(self, chunks: AsyncIterator[Any], left_s: float) -> Any:
        """The next chunk, or None behind the last. Raises ModelError."""
        from langsmith import tracing_context

        try:
            # Variables of LangSmith in the environment must not have questions and reports sent there.
            with tracing_context(enabled=False):
                async with asyncio.timeout(max(0.0, left_s)):
                    return await anext(chunks, None)
        except ValueError as raised:
            if "No generation chunks" in str(raised):  # the server streams nothing, whatever it was asked
                raise told("malformed", NO_STREAM) from None
            raise error_of(raised, self._secret) from None
        except Exception as raised:
            raise error_of(raised, self._secret) from None

    def _check_end(self, ended: str, n_said: int) -> None:
        if ended in TOO_LONG:
            raise told("too_long")
        if ended in WITHHELD:
            raise told("refused", f"it ended with {ended}")
        if not ended and self._says_its_end:
            raise told("cut")
        if not n_said:
            raise told("empty")


def _count(chunk: Any, usage: Usage) -> None:
    """Providers count a message in one chunk, or its parts in several."""
    counted = chunk.usage_metadata or {}
    usage.input_tokens += counted.get("input_tokens", 0)
    usage.output_tokens += counted.get("output_tokens", 0)


def _n_thought(chunk: Any) -> int:
    return len(str(chunk.additional_kwargs.get("reasoning_content") or ""))


def _try(opened: Open, provider: str, secret: str) -> None:
    """Open the model once and put it away, so that what is wrong is said at the start. Raises SettingsError."""
    extra = EXTRAS.get(provider)
    package = f"pip install 'judian[{extra}]'" if extra else f"the LangChain package for {provider}"
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            chat, _ = opened()
    except Exception as raised:
        if isinstance(raised, ImportError) and "langchain" in str(raised):
            raise SettingsError(f"JUDIAN_LLM names {provider}, which needs a package: {package}") from None
        detail = error_of(raised, secret).detail
        raise SettingsError(f"JUDIAN_LLM or JUDIAN_LLM_PARAMETERS is wrong: {detail}") from None
    unknown = sorted((getattr(chat, "model_kwargs", None) or {}).keys())
    if unknown and warned:
        raise SettingsError(
            f"JUDIAN_LLM_PARAMETERS: {provider} has no parameter {', '.join(unknown)}; what only your server knows "
            'goes into {"extra_body": {…}}'
        )


def _chat_model(
    provider: str, name: str, base_url: str, secret: str, client: Mapping[str, Any], parameters: dict[str, Any]
) -> tuple[Any, Close]:
    """A LangChain chat model with a client of its own, of the options ``client``, and what closes that."""
    from langchain.chat_models import init_chat_model

    address = base_url or ADDRESSES.get(provider)
    close: Close = _nothing
    if provider == "openai":
        import openai

        http = openai.DefaultAsyncHttpxClient(**client)
        close = http.aclose
        if base_url and "max_tokens" in parameters:
            # LangChain calls it `max_completion_tokens`, which servers other than OpenAI's ignore.
            extra = {"max_tokens": parameters.pop("max_tokens"), **parameters.get("extra_body", {})}
            parameters["extra_body"] = extra
        parameters = {
            "http_async_client": http,
            "client": NOT_ASKED,
            "root_client": NOT_ASKED,
            "openai_proxy": None,
            "stream_usage": True,
            "use_responses_api": False,
            # Its time-out between chunks waits with asyncio.wait_for, which before Python 3.12 loses a cancellation
            # that comes together with a chunk.
            "stream_chunk_timeout": None,
            **parameters,
        }
    elif provider == "ollama":
        parameters["num_predict"] = parameters.pop("max_tokens", None)
        parameters = {"num_ctx": OLLAMA_CONTEXT, **parameters}
        parameters["client_kwargs"] = {**client, "headers": {"Authorization": f"Bearer {secret or NO_KEY}"}}
    if provider != "ollama":
        parameters |= {"api_key": secret or NO_KEY, "max_retries": 0, "timeout": client["timeout"]}
    if address is not None:
        parameters["base_url"] = address
    chat = init_chat_model(name, model_provider=provider, **parameters)
    if provider == "ollama":
        close = chat._async_client.close
    elif provider == "anthropic":
        close = _with_its_own_client(chat, client)
    return chat, close


def _client_options(address: str | None, timeout_s: float) -> Mapping[str, Any]:
    """For clients of httpx: no redirect takes a question elsewhere, and no proxy to what is near. The certificates are
    the machine's, read once for all clients, which takes 40 ms; OpenSSL also sees what SSL_CERT_FILE names."""
    return {
        "timeout": timeout_s,
        "follow_redirects": False,
        "trust_env": address is None or not is_near(address),
        "verify": ssl.create_default_context(),
    }


def _with_its_own_client(chat: Any, options: Mapping[str, Any]) -> Close:
    """Give a ChatAnthropic, which shares one client with every other, its own."""
    import anthropic

    client = anthropic.DefaultAsyncHttpxClient(**options)
    chat.__dict__["_async_client"] = anthropic.AsyncAnthropic(**{**chat._client_params, "http_client": client})
    return client.aclose


async def _nothing() -> None:
    """There is nothing to close."""


def is_near(address: str) -> bool:
    """Whether ``address`` is this machine, or one that no proxy of the environment leads to: a private address, or a
    name without a dot, as in a network of containers."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
