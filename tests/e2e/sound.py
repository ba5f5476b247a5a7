"""What should be heard, from the server's own segments; and where it is found in what was heard."""

import io
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from tests.server import RunningServer

Sound = NDArray[np.float32]
PROBE_FRAMES = 4096


def whole_variant(server: RunningServer, track_id: str, variant: str, rate: int, **choice: Any) -> Sound:
    """Return all segments of a variant, joined."""
    manifest = server.get(f"/stream/{track_id}/manifest", rate=rate, **choice)
    parts = []
    with server.client as client:
        for segment in manifest["segments"]:
            response = client.get(f"/stream/{track_id}/{variant}/{segment['index']}", params={"rate": rate, **choice})
            assert response.status_code == 200, response.text
            parts.append(decode_segment(response.content))
    return np.concatenate(parts, axis=1)


def decode_segment(body: bytes) -> Sound:
    """Return the samples of a segment by an independent reading of its bytes; 24 bits fit a float32 exactly."""
    with av.open(io.BytesIO(body)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    integers = np.concatenate([block.reshape(-1, 2).T for block in blocks], axis=1)
    return (integers >> 8).astype(np.float32) / np.float32(2**23)


def find(heard: Sound, expected: Sound, start: int, frames: int) -> int:
    """Return where in ``heard`` the frames ``expected[start : start + frames]`` sound exactly; -1 if nowhere."""
    wanted = expected[:, start : start + frames]
    probe = wanted[:, :PROBE_FRAMES]
    for at in _candidates(heard[0], probe[0]):
        if at + frames <= heard.shape[1] and np.array_equal(heard[:, at : at + frames], wanted):
            return at
    return -1


def _candidates(heard: NDArray[np.float32], probe: NDArray[np.float32]) -> NDArray[np.intp]:
    loudest = int(np.argmax(np.abs(probe)))
    return np.flatnonzero(heard == probe[loudest]) - loudest
