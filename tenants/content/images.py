"""Photos for the public site: turned upright, made smaller, freed of everything but the picture."""

import io
import re
import struct
import threading
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from tenants.content.uploads import JPEG, PNG, check_image, refusal

MAX_PIXELS = 50_000_000
MOST_SCANS = 40
"""Passes over a JPEG; encoders write about ten. A few kilobytes of passes keep a decoder busy for minutes."""
THUMB_SIDE = 480

# The wall for everybody who opens an image in this process; `_open` checks the same limit by itself.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_NO_LIMIT = 2**63
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A picture at the limit takes some hundred megabytes while it is worked on: one at a time in each process.
_ONE_AT_A_TIME = threading.Lock()
# A marker of JPEG (ITU-T T.81, B.1.1.2) in the data of a scan, where 0xFF stands before 0 or a restart number.
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
_END, _SCAN = 0xD9, 0xDA
# What Pillow's decoders raise on damaged files.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class ProcessedImage:
    """A photo ready to be stored.

    Attributes:
        full: the picture, its longer side at most what was asked for.
        thumb: the same picture, longer side at most 480 px, same content type.
        width, height: of ``full``, in pixels.
        content_type: "image/jpeg", or "image/png" for a picture with transparent parts.
    """

    full: bytes
    thumb: bytes
    width: int
    height: int
    content_type: str


def process(
    data: bytes, max_side: int = 1600, *, max_bytes: int | None = None, filename: str | None = None
) -> ProcessedImage:
    """Return the photo in *data* for publishing.

    The picture is turned as its EXIF orientation says, converted to sRGB and never enlarged; of an animation the
    first frame remains. All metadata is left behind: place, time, device, comments, colour profile.

    Args:
        data: a JPEG, PNG, WebP or GIF file.
        max_side: longest side of the result, in pixels.
        max_bytes: the largest file taken; None leaves this check to the caller.
        filename: the name the sender gave, for sentences only.

    Raises:
        UploadRefused: no photo, too large (bytes, or more than 50 million pixels), damaged, or a JPEG of too many
            passes.
    """
    check_image(data, max_bytes=_NO_LIMIT if max_bytes is None else max_bytes, filename=filename)
    if _scans(data) > MOST_SCANS:
        raise refusal("upload-broken-image", filename)
    try:
        with _ONE_AT_A_TIME:
            return _processed(data, max_side)
    except _TOO_LARGE:
        raise refusal("upload-too-many-pixels", filename, limit=str(MAX_PIXELS // 1_000_000)) from None
    except _DAMAGED:
        raise refusal("upload-broken-image", filename) from None


def _scans(data: bytes) -> int:
    """Return how many passes a JPEG makes over its picture; 0 for other pictures."""
    if not data.startswith(b"\xff\xd8"):
        return 0
    scans, place = 0, 2
    while (marker := _MARKER.search(data, place)) is not None and data[marker.end() - 1] != _END:
        scans += data[marker.end() - 1] == _SCAN
        place = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
    return scans


def _processed(data: bytes, max_side: int) -> ProcessedImage:
    picture = _plain_colours(_upright(_open(data, max_side)))
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    content_type = PNG if picture.mode == "RGBA" else JPEG
    return ProcessedImage(_encode(picture), _encode(small), *picture.size, content_type)


def _open(data: bytes, max_side: int) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    # A JPEG decoder can leave out detail while decoding: ten times faster and smaller for a 12 MP photo.
    picture.draft(None, (max_side, max_side))
    picture.load()
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except _DAMAGED:
        # Broken EXIF beside a whole picture: the picture counts.
        return picture


def _plain_colours(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB in sRGB, or as RGBA when some part is transparent; without metadata."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("I", "I;16"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema() == (255, 255):
            picture = picture.convert("RGB")
    elif profile and picture.mode in ("RGB", "CMYK"):
        picture = _to_srgb(picture, profile)
    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_DAMAGED):
        # A profile that does not fit the picture: better slightly wrong colours than no photo.
        return picture
    return picture if converted is None else converted


def _encode(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(stream, "PNG", optimize=True)
    else:
        picture.save(stream, "JPEG", quality=82, progressive=True, optimize=True)
    return stream.getvalue()
