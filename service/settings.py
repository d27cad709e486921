"""Every setting, in one place: the only reader of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``JUDIAN_*`` environment variables; an unknown or impossible value stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="JUDIAN_", frozen=True, extra="forbid")

    encoder: str = Field(
        default="default",
        description="`default` (the bundled multilingual-e5-small), `hashing` (tests), or the name or folder of a "
        "sentence-transformers model",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="of the encoder; `auto` is bfloat16 where the CPU computes in it"
    )
    cache: Path = Field(
        default=Path("~/.cache/judian"), description="folder for the unpacked model; may be deleted at any time"
    )
    k: int = Field(default=10, ge=1, le=100, description="passages that an answer is looked for in")
    max_question_chars: int = Field(default=1000, ge=1, le=100_000, description="longer questions are refused")

    @property
    def cache_folder(self) -> Path:
        return self.cache.expanduser()
