"""Settings as a command line gives them."""

from typing import Any

from pydantic import ValidationError

from auralis.app.settings import Settings
from auralis.cli.output import fail


def settings_for(**given: Any) -> Settings:
    """Return the settings with what the command line gave; what it left out comes from elsewhere."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        found = error.errors()[0]
        name = ".".join(str(part) for part in found["loc"])
        raise fail(f"The setting {name} is not valid: {found['msg']}.") from error
    except ValueError as error:
        raise fail(f"The settings cannot be read: {error}.") from error
