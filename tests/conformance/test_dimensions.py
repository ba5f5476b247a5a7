"""All 25 dimensions by signals whose true value is known by construction, and by families along which they rise."""

from itertools import pairwise

import pytest
from tests.known_answers import FAMILIES, KNOWN, Family, Known
from tests.signals import RATE

from auralis.fingerprint.extractor import extract
from auralis.model.fingerprint import DIMENSION_NAMES


@pytest.mark.parametrize("known", KNOWN, ids=lambda k: f"{k.dimension}: {k.signal}")
def test_a_dimension_reads_what_was_built_in(known: Known) -> None:
    found = extract(known.make(), RATE).dimensions[known.dimension]
    assert found == pytest.approx(known.value, abs=known.tolerance, rel=0)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f"{f.dimension}: {f.along}")
def test_a_dimension_rises_with_what_it_measures(family: Family) -> None:
    found = [extract(family.make(step), RATE).dimensions[family.dimension] for step in family.steps]
    assert all(lower < higher for lower, higher in pairwise(found)), found


@pytest.mark.parametrize("name", DIMENSION_NAMES)
def test_every_dimension_has_known_answers_and_a_family(name: str) -> None:
    assert sum(known.dimension == name for known in KNOWN) >= 2
    assert any(family.dimension == name for family in FAMILIES)
