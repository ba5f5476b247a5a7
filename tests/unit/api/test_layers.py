"""What the layers cost is measured by a benchmark; here, that it still fits them."""

import pytest
from benchmarks import layers


def test_the_cost_of_every_layer_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "REQUESTS", 5)
    monkeypatch.setattr(layers, "ROUNDS", 1)
    assert layers.layer_costs().keys() == {"front_cpu_us"}
