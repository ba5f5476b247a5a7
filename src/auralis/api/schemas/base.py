"""What all shapes have in common: camelCase outside, snake_case inside."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from auralis.model.player import PRESETS

T = TypeVar("T")
PresetName = (
    Literal[PRESETS]  # type: ignore[valid-type]
    | Annotated[str, Field(pattern="^reference:[0-9A-Za-z]{1,64}$", description="Towards a reference, by its id")]
)
"""A preset by its name, or mastering towards a reference."""


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
