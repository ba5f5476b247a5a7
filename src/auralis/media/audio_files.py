"""What an audio file says of itself: its stream, its tags, its cover and its sound's sketch, read without trust."""

from pathlib import Path

from auralis.media.artist_names import DEFAULT_RULES
from auralis.media.audio_hash import sketch_of
from auralis.media.audio_spans import Reader, opened
from auralis.media.covers import cover_hash, front_of
from auralis.media.plain_files import Plain, UnusualError, read_flac
from auralis.media.plain_mp3 import read_mp3
from auralis.media.tag_fields import RawFields, comment_fields
from auralis.media.tag_text import tidy
from auralis.model.library import AudioFile, StreamInfo, TagRules


def read_file(path: Path, rules: TagRules = DEFAULT_RULES) -> AudioFile:
    """Read the stream's properties, the tags and the cover's hash of the audio file ``path``.

    Plain FLAC and MP3 files are read straight, others by mutagen, none of them with a look at the audio; FFmpeg is
    asked where mutagen does not know the format.

    Raises
    ------
    MediaError
        If the file is not there, empty, or no audio file; ``message`` says which.
    """
    return read_sketched(str(path), rules)[0]


def read_sketched(path: str, rules: TagRules = DEFAULT_RULES) -> tuple[AudioFile, int]:
    """Return what `read_file` does and the sketch of the audio (`audio_hash`), at the cost of opening a file once."""
    with opened(path) as file:
        plain = read_plain(file, path)
        if plain is not None:
            picture = front_of(plain.pictures)
            audio = AudioFile(plain.stream, tidy(plain.fields, rules), cover_hash(picture) if picture else None)
        else:
            audio = _read_by_libraries(Path(path), rules)
        return audio, sketch_of(file)


def read_plain(file: Reader, path: str) -> Plain | None:
    """Return what a file says where that can be read straight."""
    mark = file.read(0, 4)
    try:
        if mark == b"fLaC":
            return read_flac(file)
        if mark[:3] == b"ID3" and path[-4:].lower() == ".mp3":
            return read_mp3(file)
    except UnusualError:
        return None
    return None


def _read_by_libraries(path: Path, rules: TagRules) -> AudioFile:
    from auralis.media.tagged import front_cover, open_tagged, stream_of  # noqa: PLC0415 - most files do without mutagen

    audio, fields = open_tagged(path)
    stream = stream_of(audio) if audio is not None else None
    if stream is None:
        stream, asked_fields = _ask_ffmpeg(path)
        fields = fields or asked_fields
    picture = front_cover(audio) if audio is not None else None
    return AudioFile(stream, tidy(fields, rules), cover_hash(picture) if picture else None)


def _ask_ffmpeg(path: Path) -> tuple[StreamInfo, RawFields]:
    from auralis.media import ffmpeg  # noqa: PLC0415 - PyAV stays out of the server's start

    with ffmpeg.open_container(path) as container:
        stream = ffmpeg.audio_stream(container)
        pairs = {**container.metadata, **stream.metadata}
        return ffmpeg.stream_info(container, stream), comment_fields(pairs.items())
