"""``python -m auralis`` is ``auralis``."""

from auralis.cli.main import run

if __name__ == "__main__":
    run()
