"""Every setting, in one place: the only module that touches the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import SettingsError


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
        description="file of API keys, hashed; `judian keys list` shows them",
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
    log_questions: bool = Field(default=False, description="whether the access log holds the text of questions")
    audit_log: Path | None = Field(
        default=None, description="file that gets a line for each request with a key; without it standard error does"
    )
    keep_snapshots: int = Field(default=3, ge=1, description="snapshots that `judian index` leaves on disk")

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

    @property
    def cache_folder(self) -> Path:
        return self.cache.expanduser()

    @property
    def keys_file(self) -> Path:
        return self.keys.expanduser()


def share_metrics_through(folder: str) -> None:
    """Have worker processes that start from now on share what they count: prometheus_client reads this variable when
    it is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
