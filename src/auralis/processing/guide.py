"""What an export follows beside its preset."""

from dataclasses import dataclass

from auralis.mastering.document import MasteringPlan
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.model.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Guide:
    """A reference in place of a preset, and the range that is normal.

    ``fingerprint`` and ``plan`` are there where the file was measured and planned already, as one of an album.
    """

    reference: Fingerprint | None = None
    normal: NormalRange = BUILT_IN
    fingerprint: Fingerprint | None = None
    plan: MasteringPlan | None = None


NO_GUIDE = Guide()
