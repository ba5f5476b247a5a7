"""Whether the machine runs on its battery, as Linux tells; elsewhere nobody says so, and it does not."""

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")


def on_battery(supplies: Path = SUPPLIES) -> bool:
    """Tell whether a battery gives its charge away and no other supply is there."""
    discharging = False
    for supply in sorted(supplies.glob("*")):
        kind = _read(supply / "type")
        if kind != "Battery" and _read(supply / "online") == "1":
            return False
        # A mouse has a battery, too: its scope is the device.
        if kind == "Battery" and _read(supply / "scope") != "Device":
            discharging |= _read(supply / "status") == "Discharging"
    return discharging


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
