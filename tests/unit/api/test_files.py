"""Files as answers: only what is a file."""

import os
from pathlib import Path

import pytest
from fastapi import Request

from auralis.api.files import file_answer


@pytest.mark.parametrize("kind", ["nothing", "folder", "pipe"])
async def test_what_is_no_file_is_not_opened(kind: str, tmp_path: Path):
    path = tmp_path / "song.flac"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)  # whoever opens it to read waits for one who writes
    with pytest.raises(FileNotFoundError):
        await file_answer(Request({"type": "http", "headers": []}), path, caching="no-store")
