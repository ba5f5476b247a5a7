"""The kinds of settings: each knows its default, what it takes, and how to describe itself to a client."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")
Scope = Literal["personal", "server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(ABC, Generic[T]):
    """One thing that can be set; ``name`` is ``group.what``, ``restart`` says that it waits for the next start."""

    name: str
    label: str
    help: str
    default: T
    scope: Scope = "server"
    restart: bool = False

    @abstractmethod
    def checked(self, value: object) -> T:
        """Return a value that a client gave as the rooms read it; raise ``ValueError`` saying what it must be."""

    @abstractmethod
    def form(self) -> dict[str, Any]:
        """Return what a client needs to know to offer the setting: its type and range."""

    @property
    def group(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle(Setting[bool]):
    """On or off."""

    def checked(self, value: object) -> bool:
        """Return the value if it is a boolean."""
        if not isinstance(value, bool):
            raise ValueError("must be true or false")  # noqa: TRY004 - every bad value is reported alike
        return value

    def form(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Setting[float]):
    """A number from ``minimum`` to ``maximum`` in ``unit``."""

    minimum: float
    maximum: float
    unit: str | None = None

    def checked(self, value: object) -> float:
        """Return the value if it is a number within the range."""
        number = _number(value)
        if number is None or not self.minimum <= number <= self.maximum:
            raise ValueError(f"must be a number from {self.minimum:g} to {self.maximum:g}")
        return number

    def form(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "number", "minimum": self.minimum, "maximum": self.maximum, "unit": self.unit}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalNumber(Setting[float | None]):
    """A number from ``minimum`` to ``maximum``, or null, which means ``without``."""

    minimum: float
    maximum: float
    without: str
    unit: str | None = None

    def checked(self, value: object) -> float | None:
        """Return the value if it is null or a number within the range."""
        number = None if value is None else _number(value)
        if value is not None and (number is None or not self.minimum <= number <= self.maximum):
            raise ValueError(f"must be null or a number from {self.minimum:g} to {self.maximum:g}")
        return number

    def form(self) -> dict[str, Any]:
        """Describe it."""
        span = {"minimum": self.minimum, "maximum": self.maximum, "unit": self.unit}
        return {"type": "number", **span, "nullable": True, "without": self.without}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Setting[str]):
    """One of ``choices``."""

    choices: tuple[str, ...]

    def checked(self, value: object) -> str:
        """Return the value if it is one of the choices."""
        if not isinstance(value, str) or value not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return value

    def form(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "choice", "choices": list(self.choices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking(Setting[tuple[str, ...]]):
    """Some of ``choices`` in an order, the first preferred."""

    choices: tuple[str, ...]

    def checked(self, value: object) -> tuple[str, ...]:
        """Return the value if it names choices, each once."""
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            raise ValueError("must be a list of choices")
        if not set(value) <= set(self.choices) or len(set(value)) < len(value):
            raise ValueError(f"must hold each of {', '.join(self.choices)} at most once, and nothing else")
        return tuple(value)

    def form(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "ranking", "choices": list(self.choices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Setting[tuple[str, ...]]):
    """A list of up to ``most`` texts, each with at most ``longest`` characters; blanks count."""

    most: int
    longest: int

    def checked(self, value: object) -> tuple[str, ...]:
        """Return the value if it is a list of texts that are not too many and not too long; doubles are dropped."""
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise ValueError(f"must be a list of at most {self.most} texts")
        for each in value:
            if not isinstance(each, str) or not each.strip() or len(each) > self.longest or not _writable(each):
                raise ValueError(f"must hold texts of 1 to {self.longest} characters")
        return tuple(dict.fromkeys(value))

    def form(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "list", "maxItems": self.most, "maxLength": self.longest}


def _number(value: object) -> float | None:
    """Return a finite number as it was given, or None; booleans are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _writable(text: str) -> bool:
    return "\0" not in text and text.isprintable()
