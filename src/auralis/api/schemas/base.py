"""What all shapes have in common: camelCase outside, snake_case inside."""

import re
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from auralis.model.player import PRESETS

T = TypeVar("T")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T _]|$)", re.ASCII | re.IGNORECASE)
PresetName = (
    Literal[PRESETS]  # type: ignore[valid-type]
    | Annotated[str, Field(pattern="^reference:[0-9A-Za-z]{1,64}$", description="Towards a reference, by its id")]
)
"""A preset by its name, or mastering towards a reference."""


def _written(value: object) -> object:
    """Let texts in ISO 8601 pass: a bare number would be read as seconds, and "2021" as one of 1970."""
    if value is not None and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("should be a time in ISO 8601")
    return value


Moment = Annotated[datetime, Field(strict=False), BeforeValidator(_written)]
"""A point in time as it is written."""


class Shape(BaseModel):
    """What a client is given."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Request(BaseModel):
    """What a client sends; members that nobody knows are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        allow_inf_nan=False,
        str_max_length=2000,
        strict=True,
    )
