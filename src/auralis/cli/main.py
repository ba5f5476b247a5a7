"""The ``auralis`` command; each subcommand is a file of this room, imported when it is called."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from auralis import __version__
from auralis.cli.output import clear_errors
from auralis.model.player import PRESETS

app = typer.Typer(
    name="auralis",
    help="Your own music, mastered as you listen.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Folder of the database (default: the user's data folder).")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print results as JSON lines; progress goes to standard error.")
]


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage among what is being loaded, of which nothing is: that takes an eighth off its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Your own music, mastered as you listen."""
    if version:
        typer.echo(f"auralis {__version__}")
        raise typer.Exit


@app.command()
def serve(
    music: Annotated[
        list[Path] | None, typer.Option("--music", metavar="DIR", help="A folder of music; kept for next time.")
    ] = None,
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make a demo library where the server has no music of its own yet.")
    ] = False,
) -> None:
    """Start the server and scan its folders."""
    with loading():
        from auralis.cli.serve import serve_command

    with clear_errors():
        serve_command(music or [], data, host, port, demo=demo)


@app.command()
def scan(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder to add and scan, or a directory in one.")
    ] = None,
    data: DataOption = None,
    thorough: Annotated[bool, typer.Option("--thorough", help="Read every file anew, changed or not.")] = False,
    json: JsonOption = False,
) -> None:
    """Scan the library's folders, or DIR, into the database."""
    with loading():
        from auralis.cli.scan import scan_command

    with clear_errors():
        scan_command(folder, data, thorough=thorough, json=json)


@app.command()
def demo(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo library is made.")]) -> None:
    """Make a demo library: 24 short pieces in 6 albums, synthesised here."""
    from auralis.cli.demo import demo_command

    with clear_errors():
        demo_command(folder)


@app.command()
def fingerprint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Audio files.")],
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Listen to a few excerpts of long files only, and say how sure that is.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Measure how files sound: 25 dimensions, loudness, peaks and key."""
    from auralis.cli.fingerprint import fingerprint_command

    with clear_errors():
        fingerprint_command(files, json=json, estimate=estimate)


@app.command()
def master(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="An audio file, a folder that is an album, or an M3U playlist.")
    ],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="The mastered file, .flac or .wav; a folder for an album or playlist.")
    ],
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}.")] = PRESETS[0],
    intensity: Annotated[float, typer.Option(help="0 (the original) to 1.")] = 1.0,
    reference: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file to come near to, in place of a preset.")
    ] = None,
    bit_depth: Annotated[int, typer.Option(help="24, or 16 with dither.")] = 24,
    file_format: Annotated[str, typer.Option("--format", help="Of a folder's files: flac or wav.")] = "flac",
    json: JsonOption = False,
) -> None:
    """Master a file, an album's folder (as one album) or a playlist to new files, with their tags and covers."""
    from auralis.cli.master import Wish, master_command

    with clear_errors():
        master_command(source, target, Wish(preset, intensity, reference, bit_depth, file_format), json=json)


@app.command()
def doctor(data: DataOption = None, json: JsonOption = False) -> None:
    """Look whether everything that Auralis needs is in place."""
    from auralis.cli.doctor import doctor_command

    with clear_errors():
        doctor_command(data, json=json)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the REST API and the socket."""
    import json

    from auralis.api.application import ApiSettings, create_api

    typer.echo(json.dumps(create_api(ApiSettings()).openapi(), indent=2, ensure_ascii=False))


def run() -> None:
    """Run the command line."""
    app()
