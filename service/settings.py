"""Every setting, in one place: the only module that touches the environment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.errors import SettingsError

# Parameters of a chat model that have a variable, or that the service itself sets.
OWN_VARIABLES = frozenset(
    "api_key base_url model model_provider timeout max_retries streaming client_kwargs http_client http_async_client"
    " callbacks cache verbose openai_api_key openai_api_base openai_proxy anthropic_api_key anthropic_api_url".split()
)


class Settings(BaseSettings):
    """Read from ``JUDIAN_*`` environment variables by ``from_environment``."""

    model_config = SettingsConfigDict(env_prefix="JUDIAN_", frozen=True, extra="forbid")

    encoder: str = Field(
        default="default",
        description="`default` (the bundled multilingual-e5-small), `hashing` (tests), or the name or folder of a "
        "sentence-transformers model",
    )
    adapters: Literal["on", "off"] = Field(
        default="on", description="whether the bundled encoder is the adapted one, which finds Chinese by English words"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="of the encoder; `auto` is bfloat16 where the CPU computes in it"
    )
    backend: Literal["torch", "openvino"] = Field(
        default="torch", description="what runs the encoder; `openvino` is faster and an extra, `judian[openvino]`"
    )
    cache: Path = Field(
        default=Path("~/.cache/judian"), description="folder for the unpacked model; may be deleted at any time"
    )
    k: int = Field(default=10, ge=1, le=100, description="passages that an answer is looked for in")
    max_question_chars: int = Field(default=1000, ge=1, le=100_000, description="longer questions are refused")
    max_body_bytes: int = Field(default=262_144, ge=1024, description="larger requests are refused")
    threads: int = Field(
        default=2, ge=1, le=64, description="questions that a worker process answers at once; others wait in a queue"
    )
    max_queued: int = Field(default=64, ge=0, description="questions that may wait in a worker; more are refused (503)")
    timeout_s: float = Field(default=30.0, gt=0, description="a question that takes longer is given up (503)")
    keys: Path = Field(
        default=Path("~/.config/judian/keys.json"),
        description="file of API keys, hashed; `judian keys list` shows them; beside it is that of the channels",
    )
    require_key: Literal["auto", "always", "never"] = Field(
        default="auto", description="`auto` asks for an API key unless the service listens on a loopback address"
    )
    rate_per_minute: int = Field(
        default=600, ge=1, description="requests with one key to one worker process; more are refused (429)"
    )
    cors_origins: str = Field(
        default="", description="web pages that may use the API, as `https://a.example https://b.example`"
    )
    max_connections: int = Field(
        default=1000,
        ge=1,
        description="connections to one worker process, fewer where the system allows it fewer files; at one more, the "
        "one is closed whose client has kept it waiting longest",
    )
    hosts: str = Field(
        default="",
        description="names that the service may be asked under, as `judian.example www.judian.example`, beside those "
        "of this machine; without it any, but on a loopback address without keys those of this machine alone",
    )
    proxies: str = Field(
        default="",
        description="addresses or networks of reverse proxies that are believed whom they ask for "
        "(`X-Forwarded-For`), as `127.0.0.1 10.0.0.0/8`",
    )
    log_questions: bool = Field(default=False, description="whether the access log holds the text of questions")
    audit_log: Path | None = Field(
        default=None, description="file that gets a line for each request with a key; without it standard error does"
    )
    answers: Path | None = Field(
        default=None,
        description="SQLite file that keeps each answer given over HTTP, with its question, so that it has an address "
        "and can be rated; without it none is kept",
    )
    keep_answers_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="how long; 0: no answer has an address, and each is kept for a day, to be rated. What is rated "
        "stays until `judian feedback delete`",
    )
    max_file_bytes: int = Field(
        default=67_108_864, ge=1024, description="larger files are not read, and listed as unread; for `judian index`"
    )
    keep_snapshots: int = Field(default=3, ge=1, description="snapshots that `judian index` leaves on disk")
    lang: Literal["auto", "zh", "en"] = Field(
        default="auto", description="language of what the command says; `auto` is Chinese where the locale is"
    )
    llm: str = Field(
        default="",
        pattern=r"^(\w+:\S+)?$",
        description="language model that writes answers, as `provider:model`: `openai:qwen-plus` (any server of that "
        "protocol), `ollama:…`, `anthropic:…`; without it none is asked",
    )
    llm_base_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/@]+(/\S*)?)?$",
        description="address of its server, as `http://127.0.0.1:8080/v1`; without it the provider's own",
    )
    llm_api_key: SecretStr | None = Field(default=None, description="key for that server")
    llm_api_key_file: Path | None = Field(default=None, description="file that holds the key, instead")
    llm_parameters: Annotated[dict[str, Any], NoDecode] = Field(
        default={},
        description='JSON object for the model, such as `{"temperature": 0.3, "max_tokens": 2000}`; `temperature` is 0 '
        "and `max_tokens` 1024 if not given, and left out where they are `null`",
    )
    prompts: Path | None = Field(
        default=None, description="folder with prompts in place of those that come with Judian (`prompts/README.md`)"
    )
    llm_context_chars: int = Field(
        default=6000,
        ge=200,
        le=200_000,
        description="characters of sentences that a model is given; a token is about one",
    )
    llm_judge: bool = Field(
        default=False,
        description="whether the model is asked of each sentence that the rules let pass, too; it may say no",
    )
    llm_timeout_s: float = Field(default=20.0, gt=0, description="a model that takes longer for its answer is given up")
    llm_first_token_s: float = Field(default=10.0, gt=0, description="the same for the beginning of its answer")
    llm_failures: int = Field(
        default=3, ge=1, description="failures in a row after which the model is not asked for a while"
    )
    llm_rest_s: float = Field(
        default=5.0, gt=0, description="how long, the first time; twice as long each time it fails again, up to 300"
    )
    llm_calls: int = Field(
        default=8, ge=1, description="answers that a worker process has written at once; others get the extractive one"
    )
    llm_tokens_per_key: int = Field(
        default=0,
        ge=0,
        description="tokens a day (UTC) for each API key in each worker process, asked and written; 0: no bound",
    )

    @field_validator("llm_api_key_file", "prompts", "answers", mode="before")
    @classmethod
    def _absent(cls, value: object) -> object:
        """An empty variable is none, as a file of containers leaves it; as a path it would be the folder one is in."""
        return None if value == "" else value

    @field_validator("llm_parameters", mode="before")
    @classmethod
    def _object(cls, value: object) -> object:
        """From JSON; what has a variable of its own, and what the service sees to, is no parameter."""
        try:
            found = json.loads(value or "{}") if isinstance(value, str) else value
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError('must be a JSON object, such as {"temperature": 0}')
        if taken := sorted(OWN_VARIABLES & found.keys()):
            raise ValueError(f"{', '.join(taken)} cannot be set here; there are other variables for what may be")
        return found

    @classmethod
    def from_environment(cls) -> Self:
        """The settings; raises SettingsError, naming the variable, for one that is impossible or unknown."""
        known = {f"JUDIAN_{name.upper()}" for name in cls.model_fields}
        unknown = sorted(name for name in os.environ if name.startswith("JUDIAN_") and name not in known)
        if unknown:
            raise SettingsError(f"{unknown[0]} is no setting; there are {', '.join(sorted(known))}")
        try:
            return cls()
        except ValidationError as error:
            faults = "; ".join(f"JUDIAN_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
            raise SettingsError(f"a setting is wrong: {faults}; see the table in the README") from None

    def llm_key(self) -> str:
        """The key for the language model's server, or "". Raises SettingsError, which does not show it."""
        if self.llm_api_key is not None and self.llm_api_key_file is not None:
            raise SettingsError("set JUDIAN_LLM_API_KEY or JUDIAN_LLM_API_KEY_FILE, not both")
        if self.llm_api_key_file is None:
            key = self.llm_api_key.get_secret_value() if self.llm_api_key else ""
        else:
            try:
                key = self.llm_api_key_file.expanduser().read_text(encoding="ascii")
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is not ASCII"
                raise SettingsError(f"JUDIAN_LLM_API_KEY_FILE: {self.llm_api_key_file} cannot be read: {why}") from None
        key = key.strip()
        if not (key.isascii() and (key.isprintable() and " " not in key)):
            raise SettingsError("the key for the language model holds a blank or a character that no key has")
        return key

    @property
    def cache_folder(self) -> Path:
        return self.cache.expanduser()

    @property
    def keys_file(self) -> Path:
        return self.keys.expanduser()

    @property
    def channels_file(self) -> Path:
        return self.keys_file.with_name("channels.json")


def language() -> Literal["zh", "en"]:
    """Of what the command says: that of JUDIAN_LANG, else that of the locale. What is neither is English, so that the
    error that says so can be said."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    chosen = os.environ.get("JUDIAN_LANG", "auto")
    return "zh" if chosen == "zh" or (chosen == "auto" and locale.startswith("zh")) else "en"


def share_metrics_through(folder: str) -> None:
    """Have worker processes that start from now on share what they count: prometheus_client reads this variable when
    it is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
