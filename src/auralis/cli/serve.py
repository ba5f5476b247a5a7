"""``auralis serve``: checks what can go wrong before it starts, then hands over to the server."""

import ipaddress
import socket
from pathlib import Path

from auralis.app.server import run_server
from auralis.cli.folders import checked_folder
from auralis.cli.output import fail, notes
from auralis.cli.settings import settings_for


def serve_command(music: list[Path], data: Path | None, host: str | None, port: int | None, *, demo: bool) -> None:
    """Start the server, or say in a sentence why not."""
    settings = settings_for(data=data, host=host, port=port)
    if not _is_loopback(settings.host):
        raise fail(
            f"Auralis listens on this machine only ({settings.host} is reachable from outside): "
            "other addresses open once there are accounts to protect them."
        )
    folders = [checked_folder(folder) for folder in music]
    listener = _listen(settings.host, settings.port)
    url = f"http://{settings.host}:{listener.getsockname()[1]}"
    notes.print(f"Auralis is at [bold]{url}[/] (Ctrl+C ends it)")
    run_server(settings, listener, folders, make_demo=demo)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise fail(f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port.") from error
    listener.listen(2048)
    return listener
