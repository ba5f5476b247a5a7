"""Fetches real, freely licensed music out of Debian packages: about 120 tracks, 6 hours, Ogg Vorbis and MP3.

``fetch_music.py [--small] [DIR]``: ``--small`` takes one 50 MB package of 14 tracks. Needs ``apt-get`` and ``dpkg``;
nothing is installed. Exit code 1, with a sentence, where the music cannot be had.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SMALL = ("singularity-music",)
PACKAGES = (
    *SMALL,
    "wesnoth-1.16-music",
    "supertux-data",
    "hyperrogue-music",
    "btanks-data",
    "fretsonfire-songs-sectoid",
    "asc-music",
)
ENDINGS = frozenset({".ogg", ".mp3", ".opus", ".flac"})
LEAST_BYTES = 200_000


class MusicUnavailableError(Exception):
    """The music cannot be fetched here; the message says why."""


def fetch(folder: Path, packages: tuple[str, ...] = PACKAGES) -> int:
    """Put the music of ``packages`` into ``folder``, an album a sub-folder; return how many tracks there are."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise MusicUnavailableError(f"{tool} is not on this system")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        _download(Path(scratch), packages)
        for package in sorted(Path(scratch).glob("*.deb")):
            tree = Path(scratch) / package.stem
            subprocess.run(["dpkg-deb", "-x", package, tree], check=True)
            _keep_music(tree, folder / package.name.partition("_")[0])
            shutil.rmtree(tree)
    return sum(1 for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)


def _download(scratch: Path, packages: tuple[str, ...]) -> None:
    command = ["apt-get", "download", *packages]

    def attempt(arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(arguments, cwd=scratch, capture_output=True, check=False)

    if attempt(command).returncode != 0:
        attempt(["apt-get", "update", "-qq"])
        answer = attempt(command)
        if answer.returncode != 0:
            raise MusicUnavailableError(answer.stderr.decode(errors="replace").strip()[-200:])


def _keep_music(tree: Path, target: Path) -> None:
    for path in tree.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        is_music = path.suffix.lower() in ENDINGS and path.stat().st_size > LEAST_BYTES
        if is_music or path.name == "notes.mid":
            album = target / path.parent.name
            album.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, album / path.name)


def main() -> int:
    """Fetch the music as the command line says."""
    parser = argparse.ArgumentParser(description="Fetch freely licensed music out of Debian packages.")
    parser.add_argument("--small", action="store_true", help="one package of 14 tracks")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("music"))
    chosen = parser.parse_args()
    try:
        count = fetch(chosen.folder, SMALL if chosen.small else PACKAGES)
    except MusicUnavailableError as error:
        print(f"error: the music cannot be fetched: {error}", file=sys.stderr)
        return 1
    print(f"{count} tracks in {chosen.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
