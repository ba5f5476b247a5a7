"""Power supplies as Linux shows them in files."""

from pathlib import Path

import pytest

from auralis.kit.power import on_battery

MAINS_OFF, MAINS_ON = {"type": "Mains", "online": "0"}, {"type": "Mains", "online": "1"}
USB_ON = {"type": "USB", "online": "1"}
EMPTYING, CHARGING = {"type": "Battery", "status": "Discharging"}, {"type": "Battery", "status": "Charging"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ([], False),
        ([MAINS_ON], False),
        ([MAINS_ON, CHARGING], False),
        ([MAINS_OFF, EMPTYING], True),
        ([EMPTYING], True),
        ([EMPTYING, USB_ON], False),
        ([MAINS_ON, EMPTYING], False),
        ([MAINS_OFF, CHARGING], False),
        ([MOUSE], False),
        ([{}], False),
    ],
)
def test_a_battery_counts_where_nothing_else_gives_power(
    tmp_path: Path, supplies: list[dict[str, str]], expected: bool
) -> None:
    for n, files in enumerate(supplies):
        (tmp_path / f"supply{n}").mkdir()
        for name, text in files.items():
            (tmp_path / f"supply{n}" / name).write_text(text + "\n")
    assert on_battery(tmp_path) is expected


def test_a_machine_that_shows_no_supplies_is_not_on_battery(tmp_path: Path) -> None:
    assert on_battery(tmp_path / "nothing") is False
