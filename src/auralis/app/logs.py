"""One structured log on standard error: for people, or as JSON lines for programs."""

import logging
import sys
from collections.abc import Sequence

import orjson
import structlog

from auralis.api.access_log import Entry, WriteLog
from auralis.kit.clock import iso_utc


def access_writer(level: str, style: str) -> WriteLog | None:
    """Return what writes lines of the access log, in the style of all others, or None where nobody wants them."""
    if level not in {"debug", "info"}:
        return None
    line = _json_line if style == "json" else _console_line

    def write(entries: Sequence[Entry]) -> None:
        sys.stderr.write("".join(map(line, entries)))
        sys.stderr.flush()

    return write


def _json_line(entry: Entry) -> str:
    named = {
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "duration_ms": round(entry.duration_ms, 2),
        "request_id": entry.request_id,
        "event": "request",
        "level": "info",
        "timestamp": iso_utc(entry.at),
    }
    return orjson.dumps(named, option=orjson.OPT_APPEND_NEWLINE).decode()


def _console_line(entry: Entry) -> str:
    # A path that could break the line, or pretend to be another, is written with its oddities escaped.
    path = entry.path if entry.path.isprintable() and " " not in entry.path else repr(entry.path)
    return (
        f"{iso_utc(entry.at)} [info     ] request                        duration_ms={entry.duration_ms:.2f} "
        f"method={entry.method} path={path} request_id={entry.request_id} status={entry.status}\n"
    )


def configure(level: str, style: str) -> None:
    """Send everything that is logged, ours and the libraries', through one formatter."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if style == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for quiet in ("numba", "PIL", "asyncio", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    logging.getLogger("libav").setLevel(logging.CRITICAL)
