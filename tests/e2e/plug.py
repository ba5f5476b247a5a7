"""The cable between a browser and a server, which can be pulled: what offline emulation leaves open goes too."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Plug:
    """A port of its own that leads to the server for as long as it is plugged in."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._plugged = True
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Cut every connection, and let none come about."""
        with self._lock:
            self._plugged = False
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def put_back(self) -> None:
        """Let connections come about again."""
        self._plugged = True

    def close(self) -> None:
        """End for good."""
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._lock:
                    if not self._plugged:
                        client.close()
                        continue
                    server = socket.create_connection(self._server)
                    self._open |= {client, server}
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open.discard(one)
        one.close()


@contextmanager
def plugged_into(url: str) -> Iterator[Plug]:
    """Lay a cable to the server at ``url``."""
    plug = Plug(int(url.rpartition(":")[2]))
    try:
        yield plug
    finally:
        plug.close()
