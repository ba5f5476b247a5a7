"""The truth about every track of the demo library: what its tags say and what its sound measures."""

from dataclasses import dataclass

from auralis.demo.pieces import ALBUMS, Album, Mode, Piece
from auralis.model.library import TrackTags

_CODECS = {".flac": "flac", ".mp3": "mp3", ".ogg": "vorbis", ".opus": "opus", ".m4a": "aac", ".wav": "pcm"}


@dataclass(frozen=True, slots=True)
class DemoTrack:
    """A track of the demo library and the truth about it.

    ``path`` is relative to the library's folder, with forward slashes. ``stereo_width`` is side over mid plus side
    RMS, ``bit_depth`` None for lossy formats.
    """

    path: str
    title: str
    artist: str
    artists: tuple[str, ...]
    album: str
    album_artist: str
    track_number: int
    year: int
    genres: tuple[str, ...]
    lyrics: str | None
    tempo_bpm: float
    beats_per_bar: int
    tonic: str
    mode: Mode
    loudness_lufs: float
    stereo_width: float
    format: str
    codec: str
    sample_rate: int
    bit_depth: int | None

    def tags(self) -> TrackTags:
        """Return what the file's tags say."""
        return TrackTags(
            title=self.title,
            artist=self.artist,
            artists=self.artists,
            album=self.album,
            album_artist=self.album_artist,
            track_number=self.track_number,
            disc_number=1,
            date=str(self.year),
            genres=self.genres,
            lyrics=self.lyrics,
            bpm=self.tempo_bpm,
        )


def _track(album: Album, number: int, piece: Piece) -> DemoTrack:
    artists = piece.artists or (album.artist,)
    folder = f"{album.artist.replace('/', '-')}/{album.title}"
    return DemoTrack(
        path=f"{folder}/{number + 1:02} {piece.title}{album.suffix}",
        title=piece.title,
        artist=" & ".join(artists),
        artists=artists,
        album=album.title,
        album_artist=album.artist,
        track_number=number + 1,
        year=album.year,
        genres=album.genres,
        lyrics=piece.lyrics,
        tempo_bpm=piece.tempo_bpm,
        beats_per_bar=piece.beats_per_bar,
        tonic=piece.tonic,
        mode=piece.mode,
        loudness_lufs=album.loudness_lufs[number],
        stereo_width=album.stereo_width,
        format=album.suffix[1:],
        codec=_CODECS[album.suffix],
        sample_rate=album.sample_rate,
        bit_depth=album.bit_depth if album.suffix in {".flac", ".wav"} else None,
    )


DEMO_TRACKS: tuple[DemoTrack, ...] = tuple(_track(album, n, p) for album in ALBUMS for n, p in enumerate(album.pieces))
"""The 24 tracks in the order of their albums."""
