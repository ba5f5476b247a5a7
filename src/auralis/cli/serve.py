"""``auralis serve``: checks what can go wrong before it starts, then hands over to the server."""

import ipaddress
import socket
from pathlib import Path

from rich.text import Text

from auralis.app.server import prepared_data, run_server
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
    url = f"http://{settings.url_host}:{listener.getsockname()[1]}"
    with prepared_data(settings, folders):
        notes.print(Text.assemble("Auralis is at ", (url, "bold"), " (Ctrl+C ends it)"), soft_wrap=True)
        run_server(settings, listener, make_demo=demo)


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
