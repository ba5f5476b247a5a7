"""Pages: what says in which direction a list runs."""

import pytest

from auralis.catalog.pages import is_descending
from auralis.model.errors import InvalidInputError


def test_an_order_is_up_or_down() -> None:
    assert is_descending("desc") is True
    assert is_descending("asc") is False


@pytest.mark.parametrize("order", ["", "DESC", "down", "asc; drop table tracks"])
def test_any_other_order_is_refused(order: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        is_descending(order)
    assert [error.field for error in refused.value.errors] == ["order"]
