"""Every setting, in one place: the only reader of the environment."""

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
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="of the encoder; `auto` is bfloat16 where the CPU computes in it"
    )
    cache: Path = Field(
        default=Path("~/.cache/judian"), description="folder for the unpacked model; may be deleted at any time"
    )
    k: int = Field(default=10, ge=1, le=100, description="passages that an answer is looked for in")
    max_question_chars: int = Field(default=1000, ge=1, le=100_000, description="longer questions are refused")

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
