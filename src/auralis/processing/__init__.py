"""Processing: music mastered to files, as durable jobs."""

from auralis.processing.orders import Order
from auralis.processing.references import References
from auralis.processing.service import Processing

__all__ = ["Order", "Processing", "References"]
