"""Drawings for the demonstration: made here, so that no photograph of anybody is needed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (1280, 854)

SKIES = {
    "yard": ((166, 214, 229), (246, 240, 214)),
    "garden": ((190, 226, 205), (250, 244, 205)),
    "kitchen": ((250, 226, 196), (255, 247, 232)),
    "books": ((206, 214, 240), (247, 240, 226)),
    "class": ((220, 232, 226), (250, 244, 232)),
    "road": ((176, 208, 226), (238, 232, 220)),
    "pool": ((150, 214, 232), (214, 240, 244)),
    "science": ((200, 220, 236), (236, 240, 232)),
    "fair": ((236, 208, 200), (252, 240, 220)),
    "mountain": ((150, 196, 210), (236, 226, 206)),
    "bike": ((196, 222, 206), (248, 238, 214)),
}
"""Colours of the sky from top to bottom, by subject."""

ALT = {
    "yard": "Tranh vẽ sân trường với dãy lớp học và hàng cây",
    "garden": "Tranh vẽ vườn rau xanh trong sân trường",
    "kitchen": "Tranh vẽ gian bếp bán trú với bàn ăn nhỏ",
    "books": "Tranh vẽ kệ sách nhiều màu trong thư viện",
    "class": "Tranh vẽ lớp học nhìn từ cuối phòng",
    "road": "Tranh vẽ con đường trước cổng trường có vạch qua đường",
    "pool": "Tranh vẽ hồ bơi di động đặt giữa sân trường",
    "science": "Tranh vẽ bàn thí nghiệm cạnh cửa sổ",
    "fair": "Tranh vẽ các gian hàng trong ngày hội",
    "mountain": "Tranh vẽ điểm trường nhỏ giữa đồi núi",
    "bike": "Tranh vẽ chiếc xe đạp dựng bên gốc cây",
}
"""The text alternative of each drawing."""


def draw(subject: str, seed: int) -> bytes:
    """Return a JPEG of ``subject`` (a key of ``SKIES``); the same seed gives the same picture."""
    chance = random.Random(f"{subject}-{seed}")  # noqa: S311  (a drawing, not a secret)
    top, bottom = SKIES[subject]
    strip = Image.new("RGB", (1, SIZE[1]))
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        strip.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)))
    image = strip.resize(SIZE)
    pen = ImageDraw.Draw(image)
    sun = chance.randint(140, 1100)
    pen.ellipse((sun, 90, sun + 130, 220), fill=(255, 222, 140))
    _hills(pen, chance)
    _houses(pen, chance)
    _trees(pen, chance)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _hills(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for layer, colour in enumerate(((132, 178, 158), (98, 154, 130), (72, 128, 104))):
        base = 430 + layer * 90
        points = [(0, SIZE[1]), (0, base)]
        for x in range(0, SIZE[0] + 160, 160):
            points.append((x, base + chance.randint(-70, 40)))
        points.append((SIZE[0], SIZE[1]))
        pen.polygon(points, fill=colour)


def _houses(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    left = chance.randint(160, 420)
    width, height = 520, 190
    ground = 700
    pen.rectangle((left, ground - height, left + width, ground), fill=(250, 236, 206))
    roof = [
        (left - 30, ground - height),
        (left + width / 2, ground - height - 90),
        (left + width + 30, ground - height),
    ]
    pen.polygon(roof, fill=(192, 92, 72))
    for number in range(5):
        x = left + 35 + number * 96
        pen.rectangle((x, ground - 130, x + 56, ground - 60), fill=(104, 160, 176))
    pen.rectangle((left + width / 2 - 32, ground - 96, left + width / 2 + 32, ground), fill=(140, 96, 72))


def _trees(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _n in range(5):
        x, ground = chance.randint(40, SIZE[0] - 120), chance.randint(700, 790)
        pen.rectangle((x + 34, ground - 60, x + 46, ground), fill=(120, 88, 64))
        shade = chance.randint(-16, 20)
        pen.ellipse((x, ground - 150, x + 80, ground - 40), fill=(60 + shade, 124 + shade, 84))
