"""Who a request comes from; in local mode, the one owner."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from auralis.api.rules import Role
from auralis.model.library import LOCAL_OWNER


@dataclass(frozen=True, slots=True)
class Caller:
    """A user, the role that decides what is allowed, and the address that the request came from."""

    user_id: str
    role: Role
    address: str
    exempt: bool = False
    """The owner on the machine itself is not counted by address, nor for searches."""


@lru_cache(maxsize=4096)
def local_owner(address: str) -> Caller:
    """Return the owner of a server without accounts, calling from ``address``."""
    return Caller(LOCAL_OWNER, Role.ADMIN, address, exempt=_is_loopback(address))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address in {"", "testclient"}  # a socket in the file system: only this machine reaches it
