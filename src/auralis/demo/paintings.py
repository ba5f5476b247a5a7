"""The paintings on the covers, each a function of the canvas it is painted on."""

import numpy as np
from numpy.typing import NDArray

from auralis.demo.canvas import SIZE, Canvas, colour


def dawn_at_sea(c: Canvas) -> None:
    """Lay a pale sun over layers of slow water."""
    c.paint(1.0, c.gradient(c.y, ((0, "#1f3a4d"), (0.25, "#5a7f8c"), (0.42, "#e9b99a"), (0.5, "#fbe3c4"))))
    c.paint(np.clip(c.clouds(0.05, 7.0) - 0.42, 0, 1) * 1.3 * np.clip(1 - c.y / 0.47, 0, 1) ** 0.5, "#fbe6d2")
    c.glow(0.75 * np.exp(-((c.distance(0.62, 0.47) / 0.22) ** 2)), "#ffd9a0")
    c.paint(c.disc(0.62, 0.43, 0.105), c.gradient(c.y, ((0.32, "#fff8e6"), (0.54, "#ffc98f"))))
    tones = ("#8fb3b3", "#6f9aa3", "#4f7f8e", "#386679", "#264f63", "#183a4d", "#0e2838")
    for n, tone in enumerate(tones):
        depth = n / (len(tones) - 1)
        line = c.hills(0.53 + 0.4 * depth**1.25, 0.006 + 0.022 * depth, 5 + n)
        water = c.inside(line[None, :] - c.y)
        c.paint(water, tone)
        crest = np.exp(-(((c.y - line[None, :] - 0.004) / (0.003 + 0.004 * depth)) ** 2)) * water
        c.paint(0.5 * crest * (0.4 + 0.6 * np.exp(-(((c.x - 0.62) / (0.1 + 0.14 * depth)) ** 2))), "#ffe7c7")
    c.grain(0.012)


def night_train(c: Canvas) -> None:
    """Let lights rush towards a vanishing point under a violet sky."""
    c.paint(
        1.0, c.gradient(c.y, ((0, "#0b0620"), (0.4, "#2b0d4a"), (0.62, "#8a1a6b"), (0.75, "#ff5a5f"), (1, "#12051f")))
    )
    px, py = 0.36, 0.6
    radius = c.distance(px, py)
    angle = np.arctan2(c.y - py, c.x - px) / (2 * np.pi) % 1
    c.pixels = 1 - (1 - c.pixels) * (1 - _beams(c)[(angle * 4096).astype(int) % 4096, (radius * 420).astype(int)])
    for n, size in enumerate((0.34, 0.255, 0.18, 0.115, 0.06)):
        ring = c.inside(np.abs(radius - size) - 0.0035)
        c.paint(0.9 * ring, ("#ff5fa2", "#ff7f7f", "#ffa66b", "#ffd37a", "#fff3c9")[n])
    c.glow(0.9 * np.exp(-((radius / 0.06) ** 2)), "#fff0c8")
    c.grain(0.014)


def _beams(c: Canvas) -> NDArray[np.float32]:
    """Return beams of light round a point, shape (4096 angles, 512 radii, 3); 420 radii are a picture's width."""
    light = np.zeros((4096, 512, 3), np.float32)
    radius = np.arange(512) / 420
    for _ in range(150):
        middle, half = int(c.rng.integers(100, 3996)), 24
        begin, length, thickness = c.rng.uniform(0.05, 0.6), c.rng.uniform(0.08, 0.5), c.rng.uniform(0.3, 1.4)
        across = np.abs(np.arange(-half, half))[:, None] * 2 * np.pi / 4096 * radius
        beam = np.exp(-((across / (0.0014 + 0.004 * radius * thickness)) ** 2))
        beam *= np.clip((radius - begin) / 0.03, 0, 1) * np.exp(-np.maximum(radius - begin, 0) / length)
        tone = colour(str(c.rng.choice(["#ff7bd5", "#7cc7ff", "#ffd37a", "#b48cff"])))
        stretch = light[middle - half : middle + half]
        stretch += (1 - stretch) * (0.8 * beam[..., None] * np.array(tone)).astype(np.float32)
    return light


def river_between_hills(c: Canvas) -> None:
    """Cut a river valley out of coloured paper."""
    c.paint(1.0, c.gradient(c.y, ((0, "#f4e3c1"), (0.5, "#f0c992"))))
    c.paint(c.disc(0.3, 0.26, 0.12), "#d9633b")
    tones = ("#c9a36a", "#a98a55", "#7d8656", "#57704f", "#3c5a48", "#24423a")
    for n, tone in enumerate(tones):
        line = c.hills(0.4 + 0.095 * n, 0.075 - 0.006 * n, 3 + n, 1.4)
        shadow = np.exp(-np.maximum(line[None, :] - c.y, 0) / 0.012) * (c.y < line[None, :])
        c.paint(0.3 * shadow, "#2a2018")
        c.paint(c.inside(line[None, :] - c.y), tone)
    _wind_river(c)
    for _ in range(13):
        x, y = c.rng.uniform(0.05, 0.95), c.rng.uniform(0.88, 0.99)
        tall = c.rng.uniform(0.06, 0.13)
        meadow = c.part(x - 0.05, y - tall - 0.02, x + 0.05, y + 0.01)
        for side in (-0.4, 0.05, 0.45):
            meadow.paint(meadow.stroke((x, y), (x + side * tall * 0.6, y - tall), 0.004), "#16302a")
        meadow.paint(meadow.disc(x + 0.03 * tall, y - tall, 0.008), "#e8b04a")
    c.paint(0.14, c.gradient(c.clouds(0.006), ((0, "#5b4630"), (1, "#fff6e0"))))
    c.grain(0.016)


def _wind_river(c: Canvas) -> None:
    depth = np.clip((c.y - 0.615) / 0.385, 0, 1)
    middle = 0.6 + (0.05 + 0.16 * depth) * np.sin(9.5 * depth**0.62 + 0.5)
    half = 0.004 + 0.075 * depth**1.4
    slope = np.gradient(middle[:, 0], 1 / SIZE)[:, None]
    distance = (np.abs(c.x - middle) - half) / np.hypot(1, slope * 0.5)
    visible = np.clip((depth - 0.01) * 30, 0, 1)
    c.paint(0.35 * visible * np.exp(-np.maximum(distance, 0) / 0.006), "#1f2e22")
    c.paint(visible * c.inside(distance, 1.5), c.gradient(c.y, ((0.62, "#f6e2b8"), (0.8, "#a9cbc0"), (1, "#5b9ba0"))))
    glint = np.exp(-(((distance + half * 0.55) / (0.12 * half + 0.0008)) ** 2))
    c.paint(0.5 * visible * glint, "#fff4d6")


def lamp_in_the_rain(c: Canvas) -> None:
    """Stand a street lamp in a blue night of few shapes."""
    c.paint(1.0, c.gradient(c.y, ((0, "#0d1b33"), (0.75, "#1d3f66"), (1, "#14304f"))))
    c.paint(c.box(0.0, 0.0, 0.17, 1.0), "#e0a030")
    c.paint(c.box(0.17, 0.0, 0.19, 1.0), "#f3e6c8")
    for n, (left, top) in enumerate(((0.25, 0.44), (0.39, 0.34), (0.77, 0.4), (0.88, 0.52))):
        c.paint(c.box(left, top, left + 0.12, 0.86), ("#122a49", "#0f2440", "#122a49", "#0c1e37")[n])
        for row in range(5):
            for column in range(2):
                if c.rng.random() < 0.45:
                    x, y = left + 0.022 + 0.05 * column, top + 0.05 + 0.075 * row
                    c.paint(c.box(x, y, x + 0.026, y + 0.04), "#e9c46a")
    lamp_x, lamp_y = 0.63, 0.2
    spread = np.abs(c.x - lamp_x) - 0.42 * (c.y - lamp_y) - 0.02
    cone = np.clip(0.5 - spread * 14, 0, 1) * (c.y > lamp_y) * np.exp(-(c.y - lamp_y) / 0.75)
    c.glow(0.55 * cone, "#ffd98a")
    c.paint(c.box(0.0, 0.86, 1.0, 1.0) * (c.x > 0.19), "#0a1626")
    pool = ((c.x - lamp_x) / 0.28) ** 2 + ((c.y - 0.905) / 0.032) ** 2
    c.paint(0.85 * np.clip((1 - pool) * 3, 0, 1), "#f2c14e")
    for rail in (0.955, 0.975):
        c.paint(c.box(0.19, rail, 1.0, rail + 0.004), "#6f8aa8")
    c.paint(c.box(lamp_x - 0.006, lamp_y, lamp_x + 0.006, 0.905), "#060d18")
    c.paint(
        c.inside(np.maximum(np.abs(c.x - lamp_x) - 0.05 * (c.y - 0.15) / 0.05, np.abs(c.y - 0.18) - 0.022)), "#060d18"
    )
    c.glow(0.9 * np.exp(-((c.distance(lamp_x, 0.208) / 0.035) ** 2)), "#fff2c9")
    for wire in (0.0, 0.05):
        sag = 0.08 + wire + 0.05 * (2 * c.x - 1.2) ** 2
        c.paint(0.8 * c.inside(np.abs(c.y - sag) - 0.0014) * (c.x > 0.19), "#05090f")
    for _ in range(150):
        x, y, length = c.rng.uniform(0.2, 1.05), c.rng.uniform(-0.05, 0.9), c.rng.uniform(0.02, 0.05)
        sky = c.part(max(0.19, x - 0.03), y - 0.01, x + 0.01, y + 0.06)
        sky.paint(0.35 * sky.stroke((x, y), (x - 0.3 * length, y + length), 0.0008), "#e6e6e6")
    c.grain(0.018)


def grid_and_sun(c: Canvas) -> None:
    """Let a striped sun go down behind mountains on a glowing grid."""
    c.paint(1.0, c.gradient(c.y, ((0, "#0a0524"), (0.3, "#2a0a5e"), (0.5, "#8d1a9a"), (0.6, "#ff4fa3"))))
    for _ in range(90):
        x, y = c.rng.uniform(0, 1), c.rng.uniform(0, 0.42)
        sky = c.part(x - 0.006, y - 0.006, x + 0.006, y + 0.006)
        sky.glow(np.exp(-((sky.distance(x, y) * SIZE / c.rng.uniform(0.6, 1.3)) ** 2)), "#ffffff")
    c.glow(0.6 * np.exp(-((c.distance(0.5, 0.42) / 0.27) ** 2)), "#ff5fb0")
    gaps = np.clip((c.y - 0.4) / 0.24, 0, 1) ** 0.9 * 0.62
    stripes = np.where(c.y > 0.4, c.inside((gaps / 2 - np.abs((c.y * 27) % 1 - 0.5)) / 27), 1.0)
    c.paint(
        c.disc(0.5, 0.4, 0.225) * stripes, c.gradient(c.y, ((0.18, "#fff36b"), (0.4, "#ff9a4d"), (0.62, "#ff2f92")))
    )
    for height, swing, tone, edge in ((0.57, 0.05, "#3a0f6e", "#c04bff"), (0.6, 0.035, "#16062f", "#38e8ff")):
        ridge = np.abs(c.hills(0.0, 1.0, 24, 1.0))
        line = height - swing * ridge * (0.35 + 1.3 * np.abs(c.x[0] - 0.5))
        c.paint(c.inside(line[None, :] - c.y), tone)
        c.glow(0.8 * np.exp(-(((c.y - line[None, :]) / 0.0022) ** 2)), edge)
    floor = (c.y > 0.625).astype(np.float32)
    c.paint(floor, c.gradient(c.y, ((0.62, "#2a0a4a"), (0.75, "#12041f"), (1, "#08020f"))))
    depth = 1 / np.maximum(c.y - 0.615, 1e-3)
    across = np.abs(((c.x - 0.5) * depth * 1.9 + 0.5) % 1 - 0.5) / (depth * 1.9)
    ahead = np.abs((depth * 0.9) % 1 - 0.5) / (depth**2 * 0.9)
    near = np.clip((c.y - 0.625) / 0.05, 0, 1)
    for distance in (across, ahead):
        c.glow(floor * near * 0.9 * np.exp(-((distance / 0.0022) ** 2)), "#38e8ff")
        c.glow(floor * near * 0.3 * np.exp(-((distance / 0.009) ** 2)), "#8a5bff")
    c.grain(0.01)


def four_rooms(c: Canvas) -> None:
    """Stretch vibrating strings across four rooms of light."""
    c.paint(1.0, "#efe6d6")
    rooms = (("#b5483a", "#d97b52"), ("#2f5d62", "#5e9a94"), ("#d9a441", "#f0cf86"), ("#3d3a5c", "#6f6a9c"))
    for n, (deep, light) in enumerate(rooms):
        left, top = 0.07 + 0.44 * (n % 2), 0.07 + 0.44 * (n // 2)
        window = c.box(left, top, left + 0.42, top + 0.42)
        c.paint(window, c.gradient((c.x - left) * 0.9 + (c.y - top) * 1.4, ((0, light), (0.9, deep))))
        slant = (c.x - left) + 0.55 * (c.y - top)
        c.glow(
            0.16 * window * c.inside(np.abs(slant - 0.3) - 0.06, 3)
            + 0.1 * window * c.inside(np.abs(slant - 0.45) - 0.03, 3),
            "#fff4d8",
        )
    for n, swing in enumerate((0.055, 0.042, 0.034, 0.026)):
        shape = np.sin(np.pi * (n + 1) * c.x[0]) * swing + 0.3 * swing * np.sin(np.pi * (2 * n + 3) * c.x[0])
        room = c.part(0.0, 0.12 + 0.2 * n, 1.0, 0.28 + 0.2 * n)
        for m in range(25):
            line = 0.2 + 0.2 * n + np.cos(np.pi * m / 24) * shape
            distance = np.abs(room.y - line) / np.hypot(1, np.gradient(line, 1 / SIZE))
            outer = m in {0, 24}
            room.paint((0.95 if outer else 0.2) * room.inside(distance - 0.0009), "#fffaf0")
    c.paint(0.06, c.gradient(c.clouds(0.005), ((0, "#4a3a2a"), (1, "#ffffff"))))
    c.grain(0.012)
