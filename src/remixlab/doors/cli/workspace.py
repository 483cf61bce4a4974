"""Commands that run the house: the studio, its workers, its demo, its health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import Home, Json
from remixlab.doors.cli.output import emit, progress_bar

key = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)


def serve(
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    home: Home = None,
) -> None:
    """Open the studio and the HTTP API."""
    import uvicorn  # lazy

    from remixlab.app import open_workspace
    from remixlab.doors.site import create_site

    with open_workspace(home) as workspace:
        workspace.jobs.launch()
        workspace.warm_up()
        typer.echo(f"The studio is open on http://{host}:{port}", err=True)
        uvicorn.run(create_site(workspace), host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)


def worker(home: Home = None) -> None:
    """Take up unfinished jobs and wait for more, without opening a door. Ends when the job engine has failed."""
    from remixlab.app import open_workspace

    with open_workspace(home) as workspace:
        workspace.jobs.launch()
        workspace.warm_up()
        typer.echo("Waiting for jobs. Stop with Ctrl-C.", err=True)
        workspace.jobs.watch()


def demo(
    out: Annotated[Path, typer.Option("--out", help="Where the remix and the cover are written.")] = Path("demo"),
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the demo catalogue, one remix and one cover from prompts; show every stage, the decision and who is paid."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.doors.cli.demo import run_demo

    with open_workspace(home) as workspace, progress_bar(quiet=as_json) as progress:
        answer = run_demo(workspace, out, progress)
    emit(answer, as_json=as_json, human=_shown)


def doctor(home: Home = None, as_json: Json = False) -> None:
    """Check that everything this house needs is there and works."""
    from remixlab.app import open_workspace  # lazy

    with open_workspace(home) as workspace:
        answer = workspace.examine()
    emit(
        answer,
        as_json=as_json,
        human=lambda a: (f"{'[green]✓' if c['ok'] else '[red]✕'} {c['name']}[/]  {c['found']}" for c in a["checks"]),
    )
    if not answer["ok"]:
        raise typer.Exit(6)


def warmup(home: Home = None, as_json: Json = False) -> None:
    """Compile every kernel once, so that the first remix is as fast as the second."""
    from remixlab.app import open_workspace  # lazy

    with open_workspace(home) as workspace, progress_bar(quiet=as_json) as progress:
        answer = workspace.warm_up(progress)
    emit(answer, as_json=as_json, human=lambda a: iter([f"Warm in {a['seconds']:.1f} s."]))


def models(as_json: Json = False) -> None:
    """Print the cards of the trained models in this package: sources, licences, energy, scores, failures."""
    from remixlab.app import model_cards  # lazy

    emit({"models": model_cards()}, as_json=as_json, human=_cards)


@key.command("create")
def create_key(user: Annotated[str, typer.Argument(metavar="USER")], home: Home = None, as_json: Json = False) -> None:
    """Make a key for a user; it is shown once and stored only as a digest."""
    from remixlab.app import open_workspace  # lazy

    with open_workspace(home) as workspace:
        answer = workspace.create_key(user)
    emit(answer, as_json=as_json, human=lambda a: iter([a["key"]]))


@key.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="A key or its id, the part between the underscores.")],
    home: Home = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Take a key back: it opens nothing from now on."""
    from remixlab.app import open_workspace  # lazy

    with open_workspace(home) as workspace:
        answer = workspace.revoke_key(key_id)
    emit(answer, as_json=as_json, human=lambda a: iter([f"The key {a['key_id']} is revoked."]))


def _shown(answer: Mapping[str, Any]) -> Iterator[str]:
    yield "[bold]The demo catalogue[/bold]"
    for r in answer["recordings"]:
        yield f"  {r['title']} by {r['artist']}: {r['state']}"
    for made in answer["made"]:
        yield ""
        yield f"[bold]{made['output']}[/bold]  “{made['prompt']}”"
        yield from (f"  {line}" for line in made["description"])
        yield f"  [green]✓ {made['decision']['outcome'].replace('_', ' ')}[/green]; screened: {'clean' if made['screen']['clean'] else 'not clean'}"
        yield f"  {made['seal']['label']}"
        yield from (f"  {line['ppm'] / 10_000:8.4f} %  {line['party']} [dim]({line['role']})[/dim]" for line in made["pays"])
        yield f"  [dim]heard {made['analysis_s']:.1f} s, played {made['render_s']:.1f} s, all {made['total_s']:.1f} s[/dim]"


def _cards(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["models"]:
        yield "No trained model is in this package: everything is heard by untrained methods."
    for card in answer["models"]:
        yield f"[bold]{card['name']}[/bold]  {card.get('parameters', '?')} parameters  sha256 {str(card.get('sha256', ''))[:16]}"
        for source in card.get("sources", []):
            minutes = source.get("minutes", source.get("stem_minutes"))
            yield f"  {source['source']}  {source['licence']}{'' if minutes is None else f'  {minutes} min'}"
        if "energy" in card:
            yield f"  [dim]{card['energy']['wh']} Wh, {card['energy']['method']}[/dim]"
        yield from (f"  [yellow]{failure}[/yellow]" for failure in card.get("known_failures", []))


COMMANDS = (serve, worker, demo, doctor, warmup, models)
