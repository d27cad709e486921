"""``judian snapshots``, ``judian rollback`` and ``judian keys``: for whoever runs the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.errors import SnapshotError
from indexer.store import publication
from indexer.store.snapshot import check_files, kept_manifests
from indexer.unseen import escaped
from service.commands.terminal import Terminal
from service.http.keys import KeyStore
from service.http.logs import audit, flush, log_to
from service.settings import Settings
from service.words import say, told

out = Terminal()
keys = typer.Typer(help="API keys: who may use a service that other machines can reach.", no_args_is_help=True)

IndexFolder = Annotated[Path, typer.Option("--index", help="The index folder that `judian index` made.")]


def snapshots(index: IndexFolder) -> None:
    """List the snapshots of the index: the published one, then those before it; checks that each is whole."""
    published = publication.published_id(index)
    for found in kept_manifests(index):
        if isinstance(found, SnapshotError):
            out.print(f"{say('damaged'):<10}  {told(str(found))}")
            continue
        try:
            check_files(index / publication.SNAPSHOTS / found.snapshot_id)
            whole = ""
        except SnapshotError as error:
            whole = f"  {say('DAMAGED')}: {told(str(error))}"
        mark = say("published") if found.snapshot_id == published else say("kept")
        held = say(
            "{reports} reports, {chunks} chunks, encoder {encoder}",
            reports=found.n_reports,
            chunks=found.n_chunks,
            encoder=found.encoder.name,
        )
        out.print(f"{mark:<10}  {found.snapshot_id}  {found.created_at}  {held}{whole}")


def rollback(
    index: IndexFolder,
    to: Annotated[str | None, typer.Option(help="The snapshot to publish; the one before, if not given.")] = None,
) -> None:
    """Publish the snapshot before the published one, or the one named with --to. A running service follows."""
    with publication.locked(index):
        left = publication.published_id(index)
        wanted = to or publication.before(index)
        check_files(index / publication.SNAPSHOTS / wanted)
        publication.roll_back(index, wanted)
    out.print(say("published {wanted} in {folder}; before, it was {left}", wanted=wanted, folder=index, left=left))


@keys.command()
def add(name: Annotated[str, typer.Argument(help="Whose key it is; the audit log says so.")]) -> None:
    """Make a key and print it. It is shown this once; only its hash is kept."""
    settings = Settings.from_environment()
    log_to(settings.audit_log)
    key, secret = KeyStore(settings.keys_file).add(name)
    audit("key_added", key.named)
    flush()
    out.print(
        say(
            "key {id} for {name}; send it as `Authorization: Bearer KEY`. It is not shown again:",
            id=key.key_id,
            name=key.name,
        )
    )
    out.print(secret)


@keys.command(name="list")
def list_keys() -> None:
    """List the keys: id, whose it is, since when, and until when."""
    settings = Settings.from_environment()
    held = KeyStore(settings.keys_file).all()
    for key in held:
        until = say("revoked {at}", at=key.revoked_at) if key.revoked_at else say("open")
        out.print(f"{key.key_id}  {key.created_at}  {until}  {escaped(key.name)}")
    if not held:
        out.print(say("no keys in {file}; make one with `judian keys add NAME`", file=settings.keys_file))


@keys.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, as `judian keys list` shows it.")]) -> None:
    """Close a key. A running service refuses it from the next request on."""
    settings = Settings.from_environment()
    log_to(settings.audit_log)
    key = KeyStore(settings.keys_file).revoke(key_id)
    audit("key_revoked", key.named)
    flush()
    out.print(say("key {id} for {name} is closed", id=key.key_id, name=key.name))
