"""Loggers that load their library when something is first said: a short command mostly has nothing to say."""

from typing import Any


class Log:
    """A logger of structlog's under a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        """Return what structlog's logger has: ``info``, ``warning``, ``exception``."""
        import structlog  # noqa: PLC0415 - see above

        return getattr(structlog.get_logger(self._name), method)
