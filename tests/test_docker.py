"""The container files against the project: what they start, set and copy is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import typer

from service.commands.cli import app
from service.http.hosts import hosts_of
from service.http.serve import must_ask_for_key
from service.settings import Settings

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")


def test_the_image_serves_what_it_says(tmp_path: Path) -> None:
    """`judian serve` refuses an address that others reach, unless keys protect it or it is told to."""
    (command,) = re.findall(r'^CMD \["sh", "-c", "(.+)"\]$', DOCKERFILE, re.MULTILINE)
    _, _, serve = command.partition("exec ")
    program, name, *arguments = shlex.split(serve)
    assert (program, name) == ("judian", "serve")
    with typer.main.get_command(app).make_context("judian", ["serve", *arguments], resilient_parsing=True):
        pass
    settings = Settings(keys=tmp_path / "none.json")
    assert must_ask_for_key("0.0.0.0", settings, "--allow-anonymous" in arguments) is False
    assert '"127.0.0.1:' in COMPOSE


def test_it_answers_to_names_of_this_machine_alone_until_it_is_given_one() -> None:
    (names,) = re.findall(r"^ENV JUDIAN_HOSTS=(\S+)$", DOCKERFILE, re.MULTILINE)
    hosts = hosts_of("0.0.0.0", names, asks_for_key=False)
    assert hosts is not None
    assert hosts.hold("localhost:8000")
    assert hosts.hold("127.0.0.1:8000")
    assert not hosts.hold("rebound.example:8000")


def test_what_is_copied_is_there() -> None:
    for copied in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = copied.split()
        assert all((ROOT / source).exists() for source in sources)


def test_what_is_installed_is_held_against_hashes() -> None:
    commands = re.findall(r"(?<!`)\bpip install ([^&\n]+)", re.sub(r"\\\n", " ", DOCKERFILE))
    assert len(commands) == 5
    for command in commands:
        own = command.split()[-1] == "."
        assert own or "--constraint constraints.txt" in command or "--require-hashes" in command, command
        assert not own or {"--no-deps", "--no-build-isolation"} <= set(command.split())


def test_the_model_beside_it_is_the_one_that_it_asks() -> None:
    address = re.search(r"JUDIAN_LLM_BASE_URL: http://(?P<service>\w+):(?P<port>\d+)/v1", COMPOSE)
    assert address
    _, _, model = COMPOSE.partition(f"\n  {address['service']}:\n")
    assert f"--port {address['port']}" in model
    mounted = re.search(r"- \S+:(?P<folder>/\w+):ro", model)
    assert mounted
    assert f"--model {mounted['folder']}/${{MODEL" in model
    assert f"{address['service']}:\n        condition: service_healthy" in COMPOSE
    assert "networks: [inside]" in model  # and nothing else: it reaches nothing
    assert re.search(r"\n  inside:\n    internal: true", COMPOSE)


def test_the_readme_has_the_command_that_starts_both() -> None:
    (command,) = re.findall(r"^#   (MODEL=.*)$", COMPOSE, re.MULTILINE)
    assert f"$ {command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_variables_are_settings() -> None:
    named = set(re.findall(r"JUDIAN_[A-Z_]+", COMPOSE + DOCKERFILE))
    assert {"JUDIAN_LLM", "JUDIAN_LLM_BASE_URL"} <= named
    assert named <= {f"JUDIAN_{name.upper()}" for name in Settings.model_fields}
