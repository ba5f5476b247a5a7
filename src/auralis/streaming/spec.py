"""What a stream is made of, named so that equal names mean equal bytes."""

from dataclasses import dataclass, replace

from auralis.mastering.document import MasteringPlan
from auralis.media.stream_formats import AAC_RATES, SegmentCodec, StreamFormat
from auralis.model.errors import FieldError, InvalidInputError
from auralis.streaming.source import SourceFile, digest

RENDER_VERSION = 3
"""Goes up when decoding, folding, resampling, segments or coding give other bytes than before."""


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One variant of one track at one rate; ``plan`` is None for the original."""

    source: SourceFile
    rate: int
    plan: MasteringPlan | None
    key: str
    pair: "tuple[StreamSpec, StreamSpec] | None" = None
    """Two sounds beside each other in four channels; ``source`` is the first one's then."""
    gains_db: tuple[float, float] = (0.0, 0.0)
    """Of each of a pair."""
    codec: SegmentCodec = "flac"

    @classmethod
    def original(cls, source: SourceFile, rate: int) -> "StreamSpec":
        """Return the sound of the file itself."""
        return cls(source, rate, None, digest("original", RENDER_VERSION, source.identity, rate))

    @classmethod
    def enhanced(cls, source: SourceFile, rate: int, plan: MasteringPlan) -> "StreamSpec":
        """Return the mastered sound; a plan that changes nothing gives the original."""
        if plan.is_identity:
            return cls.original(source, rate)
        key = digest("enhanced", RENDER_VERSION, source.identity, rate, plan.plan_hash)
        return cls(source, rate, plan, key)

    @classmethod
    def beside(cls, first: "StreamSpec", second: "StreamSpec", gains_db: tuple[float, float]) -> "StreamSpec":
        """Return two sounds of one rate beside each other, each with its gain."""
        key = digest("ab", RENDER_VERSION, first.key, second.key, gains_db)
        return cls(first.source, first.rate, None, key, (first, second), gains_db)

    def coded(self, codec: SegmentCodec) -> "StreamSpec":
        """Return the same sound in a codec.

        Raises
        ------
        InvalidInputError
            For AAC in four channels, or at a rate that it does not know.
        """
        if codec == "aac" and (self.pair is not None or self.rate not in AAC_RATES):
            problem = FieldError("codec", "AAC has two channels and the usual rates up to 96000 Hz", codec)
            raise InvalidInputError("The sound cannot be coded so.", [problem])
        return replace(self, codec=codec)

    def etag(self, n: int) -> str:
        """Return the name of segment ``n``'s bytes."""
        return f"{self.key}-{n}" if self.codec == "flac" else f"{self.key}-{self.codec}-{n}"


@dataclass(frozen=True, slots=True)
class WholeSpec:
    """A continuous stream: the sound, its format, and where in the track it begins.

    ``frames`` is how many will come, or None where only the decoder will tell.
    """

    sound: StreamSpec
    kind: StreamFormat
    bitrate: int
    start: int
    frames: int | None

    @property
    def key(self) -> str:
        """Name the bytes: equal keys, equal bytes."""
        return digest("whole", self.sound.key, self.kind, self.bitrate, self.start, self.frames)
