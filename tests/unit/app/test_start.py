"""What the server loads before it answers: nothing that only sound, pictures or old databases need."""

import subprocess
import sys

HEAVY = ("numpy", "scipy", "numba", "av", "soxr", "PIL", "mutagen", "alembic")


def test_the_server_starts_without_what_only_some_work_needs() -> None:
    program = (
        "import sys, auralis.cli.serve, auralis.api.application as api;"
        "api.create_api(api.ApiSettings());"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
