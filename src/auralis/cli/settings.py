"""Settings as a command line gives them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auralis.app.places import DATABASE_NAME, ENVIRONMENT_PREFIX, default_data, settings_file
from auralis.cli.output import fail

if TYPE_CHECKING:
    from auralis.app.settings import Settings


def settings_for(**given: Any) -> "Settings":
    """Return the settings with what the command line gave; what it left out comes from elsewhere."""
    from pydantic import ValidationError

    from auralis.app.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        found = error.errors()[0]
        name = ".".join(str(part) for part in found["loc"])
        raise fail(f"The setting {name} is not valid: {found['msg']}.") from error
    except ValueError as error:
        raise fail(f"The settings cannot be read: {error}.") from error


def library_settings(data: Path | None) -> tuple[Path, dict[str, Any]]:
    """Return where the database is and which settings of the library are fixed.

    Where there is neither an environment variable nor a file of settings, there is nothing to be read and checked.
    """
    given = any(name.upper().startswith(ENVIRONMENT_PREFIX) for name in os.environ) or settings_file().exists()
    if not given:
        return (data or default_data()) / DATABASE_NAME, {}
    settings = settings_for(data=data)
    return settings.database_path, settings.all_fixed
