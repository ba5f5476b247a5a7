"""Where the program keeps its things when nobody says otherwise."""

from pathlib import Path

from platformdirs import user_data_path

ENVIRONMENT_PREFIX = "AURALIS_"
DATABASE_NAME = "auralis.db"


def default_data() -> Path:
    """Return the folder of the database."""
    return user_data_path("auralis")


def settings_file() -> Path:
    """Return the file of settings, which need not be there."""
    return default_data() / "auralis.toml"
