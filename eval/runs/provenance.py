"""What made a measurement: commit, machine, prompts. For stamps."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]


def commit() -> str:
    """The commit of this checkout; with changes on top ``COMMIT-dirty-DIGEST``, outside a checkout ``unknown-DIGEST``,
    where the digest is that of the sources: no two codes are taken for one."""
    try:
        run = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        told = run.stdout.strip() or "unknown"
    except OSError:
        told = "unknown"
    return told if told != "unknown" and not told.endswith("-dirty") else f"{told}-{_digest_of_sources()}"


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for package in ("indexer", "service", "judian", "eval", "prompts"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".md") or path.name == "abstention.json":
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def cpu() -> str:
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def machine() -> str:
    """Processor and number of cores."""
    return f"{cpu()}, {os.cpu_count()} cores"


def prompt_hashes() -> dict[str, str]:
    """The SHA-256 of every prompt by the name of its file."""
    prompts = [file for file in files("prompts").iterdir() if file.is_file() and not file.name.endswith(".py")]
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(prompts, key=lambda file: file.name)
        if file.name != "README.md"
    }
