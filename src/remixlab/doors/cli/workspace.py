"""Commands that run the workspace: the site, its workers, its demo, its health."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remixlab.domain.errors import Invalid
from remixlab.doors.cli.session import Session, command

if TYPE_CHECKING:
    from remixlab.app import Workspace


@command
def serve(
    session: Session,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the link, and open no browser.")] = False,
) -> None:
    """Open the studio and the HTTP API. On this machine a link is printed that signs its owner in, once."""
    from remixlab.doors.guard.server import run_server  # lazy: --help stays instant
    from remixlab.doors.site import create_site

    with session.open() as opened:
        must_be_ready_for(host, opened.workspace)
        opened.workspace.jobs.share(takes=opened.workspace.settings.takes_jobs)
        opened.workspace.warm_up()
        _welcome(host, port, opened.workspace, no_open=no_open)
        site = create_site(opened.workspace)
        run_server(site, host, port, trusted_proxies=opened.workspace.settings.trusted_proxies)


def must_be_ready_for(host: str, workspace: Workspace) -> None:
    """Whether a service may be opened here. Only this machine reaches it; or people can sign in to it, and it knows the
    name that they reach it by. Raises: Invalid.
    """
    if is_loopback(host):
        return
    if not workspace.can_anybody_sign_in() or not workspace.settings.public_url:
        raise Invalid(
            f"Others reach {host}, and here nobody could sign in yet.",
            code="serve.needs_accounts",
            hint="Make an account with `remixlab account create NAME --role operator` and `remixlab account password "
            "NAME`, set REMIXLAB_PUBLIC_URL to the address that people open, and serve it again.",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _welcome(host: str, port: int, workspace: Workspace, *, no_open: bool) -> None:
    """Say where it is open; on this machine with a link that signs the owner in, opened where there is a display."""
    from remixlab.doors.api.accounts.addresses import link_to  # lazy

    if workspace.settings.public_url:
        typer.echo(f"The studio is open on {workspace.settings.public_url}", err=True)
        return
    name = f"[{host}]" if ":" in host else host
    link = link_to("enter", workspace.owners_link(), f"http://{name}:{port}")
    typer.echo(f"The studio is open. This link signs you in, once, within 15 minutes:\n{link}", err=True)
    if not no_open and sys.stderr.isatty():
        _open_in_browser(link)


def _open_in_browser(link: str) -> None:
    """Open a page in a window of its own, where there is a display; a browser that fills the terminal is none."""
    import threading
    import webbrowser  # lazy: only where somebody looks

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is webbrowser.GenericBrowser:
        return
    waiting = threading.Timer(1.0, browser.open, [link])  # the door opens meanwhile
    waiting.daemon = True
    waiting.start()


@command
def worker(session: Session) -> None:
    """Take jobs from the queue of all processes and open no door. Ends when the job engine has failed."""
    with session.open() as opened:
        opened.workspace.jobs.share()
        opened.workspace.warm_up()
        typer.echo("Waiting for jobs. Stop with Ctrl-C.", err=True)
        opened.workspace.jobs.watch()


@command
def demo(
    session: Session,
    out: Annotated[Path, typer.Option("--out", help="Where the remix and the cover are written.")] = Path("demo"),
) -> None:
    """Make the demo catalogue, one remix and one cover from prompts; show every stage, the decision and who is paid."""
    from remixlab.doors.cli.demo import run_demo  # lazy

    with session.open() as opened:
        answer = run_demo(opened, out)
    session.answer(answer, _shown)


@command
def doctor(
    session: Session, everything: Annotated[bool, typer.Option("--all", help="Read every stored file.")] = False
) -> None:
    """Check that everything this workspace needs is there and works."""
    with session.open() as opened:
        checks = opened.workspace.examine(everything=everything)
    ok = all(check["ok"] for check in checks)
    session.answer({"ok": ok, "checks": checks}, _examined)
    if not ok:
        raise typer.Exit(6)


@command
def tidy(session: Session) -> None:
    """Let go of finished jobs, old plans and decoded sound whose time is over (settings say when)."""
    with session.open() as opened:
        gone = opened.workspace.tidy()
    told = "{jobs} jobs, {plans} plans, {cache_bytes} bytes of cache, {sessions} sessions, {links} links."
    session.answer(gone, lambda a: iter([told.format(**a)]))


@command
def backup(session: Session, file: Annotated[Path, typer.Argument(help="Where the backup is written.")]) -> None:
    """Write database, jobs, stored files and keys into one file, and read it back. Keep it as secret as the keys."""
    from remixlab.app.backup import write_backup  # lazy
    from remixlab.app.settings import read_settings

    session.answer(write_backup(read_settings(home=session.home), file.absolute(), session.moment()), _backed_up)


@command
def restore(session: Session, file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Make a workspace of a backup, in a --home where there is none yet."""
    from remixlab.app.backup import restore_backup  # lazy
    from remixlab.app.settings import read_settings

    session.answer(restore_backup(read_settings(home=session.home), file.absolute()), _backed_up)


def _backed_up(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"{answer['files']} files, {answer['blobs']} of them sound and evidence, {answer['keys']} keys, all whole."


@command
def warmup(session: Session) -> None:
    """Compile every kernel once, so that the first remix is as fast as the second."""
    with session.open() as opened:
        seconds = opened.workspace.warm_up(opened.progress)
    session.answer({"seconds": round(seconds, 2)}, lambda a: iter([f"Warm in {a['seconds']:.1f} s."]))


@command
def models(session: Session) -> None:
    """Print the cards of the trained models in this package: sources, licences, energy, scores, failures."""
    from remixlab.networks import model_cards  # lazy

    session.answer({"models": model_cards(("remixlab.separation", "remixlab.listening"))}, _cards)


def _examined(answer: Mapping[str, Any]) -> Iterator[str]:
    for c in answer["checks"]:
        yield f"{'[green]✓' if c['ok'] else '[red]✕'} {c['name']}[/]  {c['found']}"


def _shown(answer: Mapping[str, Any]) -> Iterator[str]:
    yield "[bold]The demo catalogue[/bold]"
    for r in answer["recordings"]:
        yield f"  {r['title']} by {r['artist']}: {r['state']}"
    for made in answer["made"]:
        yield ""
        yield f"[bold]{made['output']}[/bold]  “{made['prompt']}”"
        yield from (f"  {line}" for line in made["description"])
        screened = "clean" if made["screen"]["clean"] else "not clean"
        yield f"  [green]✓ {made['decision']['outcome'].replace('_', ' ')}[/green]; screened: {screened}"
        yield f"  {made['seal']['label']}"
        yield from (
            f"  {line['ppm'] / 10_000:8.4f} %  {line['party']} [dim]({line['role']})[/dim]" for line in made["pays"]
        )
        took = f"heard {made['analysis_s']:.1f} s, played {made['render_s']:.1f} s, all {made['total_s']:.1f} s"
        yield f"  [dim]{took}[/dim]"


def _cards(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["models"]:
        yield "No trained model is in this package: everything is heard by untrained methods."
    for card in answer["models"]:
        digest = str(card.get("sha256", ""))[:16]
        yield f"[bold]{card['name']}[/bold]  {card.get('parameters', '?')} parameters  sha256 {digest}"
        for source in card.get("sources", []):
            minutes = source.get("minutes", source.get("stem_minutes"))
            yield f"  {source['source']}  {source['licence']}{'' if minutes is None else f'  {minutes} min'}"
        if "energy" in card:
            yield f"  [dim]{card['energy']['wh']} Wh, {card['energy']['method']}[/dim]"
        yield from (f"  [yellow]{failure}[/yellow]" for failure in card.get("known_failures", []))


COMMANDS = (serve, worker, demo, doctor, tidy, backup, restore, warmup, models)
