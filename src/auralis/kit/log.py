"""Loggers that load their library when something is first said: a short command mostly has nothing to say."""

from functools import cached_property
from typing import Any


class Log:
    """A logger of structlog's under a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _logger(self) -> Any:
        import structlog  # noqa: PLC0415 - see above

        return structlog.get_logger(self._name)

    def debug(self, event: str, **values: Any) -> None:
        """Say what helps to find a fault."""
        self._logger.debug(event, **values)

    def info(self, event: str, **values: Any) -> None:
        """Say what is good to know."""
        self._logger.info(event, **values)

    def warning(self, event: str, **values: Any) -> None:
        """Say what should not be."""
        self._logger.warning(event, **values)

    def exception(self, event: str, **values: Any) -> None:
        """Say what went wrong, with the trace of the error that is being handled."""
        self._logger.exception(event, **values)
