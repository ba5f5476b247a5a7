"""`make bench`: measures, prints each figure beside its budget, and writes benchmarks/results/latest.json for programs.

Exit code 1 when a budget is not met. ``run.py NAME…`` runs only these subjects (sound, reference, library, scanning,
server, api, sockets, devices, listeners, playing, analysis, similarity, playlists, million).
"""

import importlib
import json
import os
import platform
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
SUBJECTS = (
    "sound",
    "reference",
    "library",
    "scanning",
    "server",
    "api",
    "sockets",
    "devices",
    "listeners",
    "playing",
    "analysis",
    "similarity",
    "playlists",
    "million",
)


def verdict(budget: dict[str, Any], value: float) -> str:
    """Say how a figure stands against its budget."""
    most, least, aim = budget.get("most"), budget.get("least"), budget.get("aim")
    if most is not None:
        return "aim met" if aim is not None and value <= aim else "ok" if value <= most else "OVER BUDGET"
    if least is not None:
        return "aim met" if aim is not None and value >= aim else "ok" if value >= least else "OVER BUDGET"
    return ""


def line(budget: dict[str, Any], value: float) -> str:
    """Return one line of the report."""
    bound = f"<= {budget['most']:g}" if "most" in budget else f">= {budget['least']:g}" if "least" in budget else ""
    aim = f"{budget['aim']:g}" if "aim" in budget else ""
    return f"{budget['title']:<46} {value:>10.4g} {budget['unit']:<12} {bound:>9} {aim:>7}  {verdict(budget, value)}"


def main(names: list[str]) -> int:
    """Measure the subjects and report."""
    budgets = tomllib.loads((HERE / "budgets.toml").read_text())
    print(f"{'figure':<46} {'measured':>10} {'unit':<12} {'must':>9} {'aim':>7}")
    figures: dict[str, float] = {}
    failed = False
    for name in names or SUBJECTS:
        for figure, value in importlib.import_module(f"benchmarks.{name}").measure().items():
            figures[figure] = value
            if figure in budgets:
                print(line(budgets[figure], value), flush=True)
                failed |= verdict(budgets[figure], value) == "OVER BUDGET"
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    (results / "latest.json").write_text(json.dumps({"machine": machine, "figures": figures}, indent=2) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
