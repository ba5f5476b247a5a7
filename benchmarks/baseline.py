"""What the API is measured against: the same list as it is usually written, and the bytes with nothing behind them.

``python -m benchmarks.baseline orm DATABASE PORT`` serves FastAPI with the async ORM and ``response_model``;
``… bare FILE PORT`` serves the bytes of a file from a plain ASGI function.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    """The tables."""


class Artist(Base):
    """An artist."""

    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Album(Base):
    """An album."""

    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Track(Base):
    """A track with as many columns as ours shows."""

    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(index=True)
    duration: Mapped[float]
    year: Mapped[int | None]
    track_number: Mapped[int | None]
    disc_number: Mapped[int | None]
    format: Mapped[str]
    codec: Mapped[str]
    bitrate: Mapped[int]
    sample_rate: Mapped[int]
    channels: Mapped[int]
    bit_depth: Mapped[int | None]
    file_size: Mapped[int]
    date_added: Mapped[str]
    play_count: Mapped[int]
    rating: Mapped[int | None]
    favorite: Mapped[bool]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    artist: Mapped[Artist] = relationship()
    album: Mapped[Album] = relationship()


class Named(BaseModel):
    """A thing with an id."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str | None = None
    title: str | None = None


class TrackView(BaseModel):
    """A track as clients see it."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    duration: float
    year: int | None
    track_number: int | None
    disc_number: int | None
    format: str
    codec: str
    bitrate: int
    sample_rate: int
    channels: int
    bit_depth: int | None
    file_size: int
    date_added: str
    play_count: int
    rating: int | None
    favorite: bool
    artist: Named
    album: Named


class PageView(BaseModel):
    """A page of tracks."""

    data: list[TrackView]
    total: int


def make_database(path: Path, tracks: int) -> None:
    """Fill a database of ``tracks`` tracks."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Artist(id=n, name=f"Artist {n}") for n in range(1, 1001)])
        session.add_all([Album(id=n, title=f"Album {n}") for n in range(1, 5001)])
        session.flush()
        rows = [_row(n) for n in range(1, tracks + 1)]
        session.execute(Track.__table__.insert(), rows)
        session.commit()
    engine.dispose()


def _row(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "title": f"Title {n * 7919 % 1_000_003}",
        "duration": 180.5,
        "year": 1960 + n % 60,
        "track_number": n % 12,
        "disc_number": 1,
        "format": "flac",
        "codec": "flac",
        "bitrate": 900_000,
        "sample_rate": 44_100,
        "channels": 2,
        "bit_depth": 16,
        "file_size": 30_000_000,
        "date_added": "2026-01-01T00:00:00Z",
        "play_count": n % 5,
        "rating": None,
        "favorite": False,
        "artist_id": n % 1000 + 1,
        "album_id": n % 5000 + 1,
    }


def orm_app(path: str) -> FastAPI:
    """Return the list as it is usually written."""
    app = FastAPI()
    maker = async_sessionmaker(create_async_engine(f"sqlite+aiosqlite:///{path}"), expire_on_commit=False)

    async def session() -> AsyncIterator[AsyncSession]:
        async with maker() as opened:
            yield opened

    @app.get("/tracks", response_model=PageView)
    async def list_tracks(
        db: Annotated[AsyncSession, Depends(session)], offset: int = 0, limit: int = 50
    ) -> dict[str, Any]:
        total = await db.scalar(select(func.count()).select_from(Track))
        loading = (selectinload(Track.artist), selectinload(Track.album))
        found = await db.scalars(select(Track).options(*loading).order_by(Track.title).offset(offset).limit(limit))
        return {"data": found.all(), "total": total}

    return app


def bare_app(file: str) -> Any:
    """Return an ASGI function that sends the bytes of ``file``."""
    body = Path(file).read_bytes()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del receive
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    kind, what, port = sys.argv[1:]
    served = orm_app(what) if kind == "orm" else bare_app(what)
    lifespan = "off" if kind == "bare" else "auto"
    uvicorn.run(served, port=int(port), log_level="error", access_log=False, loop="uvloop", lifespan=lifespan)
