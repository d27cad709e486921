"""What made a measurement: commit, machine, prompts. For stamps."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parent.parent


def commit() -> str:
    """The commit of this checkout, ``-dirty`` with changes on top; ``unknown`` outside one."""
    try:
        run = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return "unknown"
    return run.stdout.strip() or "unknown"


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
