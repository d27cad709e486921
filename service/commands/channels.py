"""``judian channels``: which web pages may embed the chat without a key."""

from __future__ import annotations

from typing import Annotated

import typer

from indexer.unseen import escaped
from service.commands.terminal import Terminal
from service.http.channels import PER_DAY, PER_MINUTE, PER_MINUTE_ADDRESS, ChannelStore
from service.http.logs import audit, flush, log_to
from service.settings import Settings
from service.words import say

out = Terminal()
app = typer.Typer(
    help="Channels: web pages that may ask and read without a key, and how much.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose pages they are.")],
    origins: Annotated[
        list[str] | None,
        typer.Option("--origin", help="Of the pages, as `https://portal.example`; several times for several."),
    ] = None,
    per_minute_address: Annotated[
        int, typer.Option(min=1, help="Requests a minute from one address, to each worker process.")
    ] = PER_MINUTE_ADDRESS,
    per_minute: Annotated[int, typer.Option(min=1, help="The same from all addresses.")] = PER_MINUTE,
    per_day: Annotated[int, typer.Option(min=1, help="The same on one day (UTC).")] = PER_DAY,
    generated: Annotated[
        bool, typer.Option("--generated", help="Also answers that a language model writes, not quotations alone.")
    ] = False,
    token_required: Annotated[
        bool, typer.Option("--token-required", help="Only with a token that the site's back end got with an API key.")
    ] = False,
) -> None:
    """Make a channel and print its id, which is public: it stands in the pages. A running service follows."""
    settings = Settings.from_environment()
    log_to(settings.audit_log)
    channel = ChannelStore(settings.channels_file).add(
        name,
        tuple(origins or ()),
        per_minute_address=per_minute_address,
        per_minute=per_minute,
        per_day=per_day,
        generated=generated,
        token_required=token_required,
    )
    audit("channel_added", channel.named)
    flush()
    if not channel.origins:
        out.print(say("no page may use it, since it has no --origin"))
    out.print(f'<script src="https://HOST/widget.js" data-judian data-channel="{channel.channel_id}"></script>')


@app.command(name="list")
def list_channels() -> None:
    """List the channels: id, since when, limits, name, and the origins of its pages."""
    settings = Settings.from_environment()
    store = ChannelStore(settings.channels_file)
    for channel in store.all():
        limits = say(
            "{address}/{all} a minute, {day} a day",
            address=channel.per_minute_address,
            all=channel.per_minute,
            day=channel.per_day,
        )
        more = [
            *([say("generated")] if channel.generated else []),
            *([say("token required")] if channel.token_required else []),
        ]
        origins = " ".join(channel.origins) or say("no origin: nobody gets in")
        said = ", ".join([limits, *more])
        out.print(f"{channel.channel_id}  {channel.created_at}  {said}  {escaped(channel.name)}  {origins}")
    if not store.all():
        out.print(
            say("no channels in {file}; make one with `judian channels add NAME --origin https://…`", file=store.path)
        )


@app.command()
def remove(
    named: Annotated[str, typer.Argument(metavar="NAME|ID", help="As `judian channels list` shows it.")],
) -> None:
    """Close a channel, and its tokens. A running service refuses it from the next request on."""
    settings = Settings.from_environment()
    log_to(settings.audit_log)
    channel = ChannelStore(settings.channels_file).remove(named)
    audit("channel_removed", channel.named)
    flush()
    out.print(say("channel {id} for {name} is closed", id=channel.channel_id, name=escaped(channel.name)))
