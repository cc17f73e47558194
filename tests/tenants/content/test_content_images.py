"""Photos made ready for the public site."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageDraw

from tenants.content.images import process
from tenants.content.uploads import UploadRefused


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def half_red_half_blue(width: int, height: int) -> Image.Image:
    """A picture whose left half is red and right half is blue."""
    picture = Image.new("RGB", (width, height), "red")
    ImageDraw.Draw(picture).rectangle((width // 2, 0, width, height), fill="blue")
    return picture


def is_near(pixel: tuple[int, ...], colour: tuple[int, ...], distance: int = 12) -> bool:
    return all(abs(one - other) <= distance for one, other in zip(pixel, colour, strict=True))


def test_a_large_photo_becomes_two_progressive_jpegs() -> None:
    result = process(encoded(half_red_half_blue(4000, 3000), "JPEG"))
    assert (result.width, result.height, result.content_type) == (1600, 1200, "image/jpeg")
    full, thumb = opened(result.full), opened(result.thumb)
    assert (full.format, full.size, thumb.size) == ("JPEG", (1600, 1200), (480, 360))
    assert full.info.get("progressive")
    assert is_near(full.getpixel((200, 600)), (255, 0, 0))
    assert is_near(thumb.getpixel((400, 180)), (0, 0, 255))


def test_a_small_photo_is_not_enlarged() -> None:
    result = process(encoded(half_red_half_blue(300, 200), "WEBP"))
    assert (result.width, result.height) == (300, 200)
    assert opened(result.thumb).size == (300, 200)


def test_the_size_may_be_chosen() -> None:
    assert process(encoded(half_red_half_blue(1000, 500), "PNG"), max_side=800).width == 800


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rows run from right to left of the scene
    result = process(encoded(half_red_half_blue(3000, 2000), "JPEG", exif=exif))
    full = opened(result.full)
    assert full.size == (1067, 1600) == (result.width, result.height)
    assert is_near(full.getpixel((500, 100)), (255, 0, 0))
    assert is_near(full.getpixel((500, 1500)), (0, 0, 255))
    assert full.getexif().get(0x0112) is None


def photo_with_traces(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0x9003] = "2026:09:05 07:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (10.0, 46.0, 37.0)
    options: dict[str, object] = {"exif": exif, "icc_profile": ImageCms.ImageCmsProfile(_srgb()).tobytes()}
    if kind == "JPEG":
        options["comment"] = b"secret comment"
    return encoded(half_red_half_blue(600, 400), kind, **options)


def _srgb() -> ImageCms.core.CmsProfile:
    return ImageCms.createProfile("sRGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_is_left(kind: str) -> None:
    data = photo_with_traces(kind)
    assert opened(data).getexif().get_ifd(0x8825)
    result = process(data)
    for version in (result.full, result.thumb):
        picture = opened(version)
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(picture.info)
        for trace in (b"CameraMaker", b"2026:09:05", b"secret comment", b"Exif"):
            assert trace not in version


def test_a_comment_in_the_file_is_left_behind() -> None:
    result = process(encoded(half_red_half_blue(40, 40), "JPEG", comment=b"secret comment"))
    assert b"secret comment" not in result.full + result.thumb


def test_transparent_pictures_lose_their_metadata_too_and_stay_transparent() -> None:
    picture = Image.new("RGBA", (700, 700), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 100, 600, 600), fill=(0, 120, 0, 255))
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    profile = ImageCms.ImageCmsProfile(_srgb()).tobytes()
    result = process(encoded(picture, "PNG", exif=exif, icc_profile=profile))
    assert result.content_type == "image/png"
    full = opened(result.full)
    assert not {"exif", "icc_profile"} & set(full.info)
    assert full.format == "PNG"
    assert full.getpixel((5, 5))[3] == 0
    assert full.getpixel((350, 350)) == (0, 120, 0, 255)
    assert opened(result.thumb).mode == "RGBA"
    assert b"CameraMaker" not in result.full


def test_a_transparency_channel_without_transparency_gives_a_jpeg() -> None:
    assert process(encoded(Image.new("RGBA", (50, 50), "red"), "PNG")).content_type == "image/jpeg"


def test_an_animation_keeps_its_first_frame() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "lime")]
    result = process(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50))
    full = opened(result.full)
    assert getattr(full, "n_frames", 1) == 1
    assert is_near(full.getpixel((30, 20)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_all_colour_modes_are_shown(mode: str) -> None:
    full = opened(process(encoded(Image.new("RGB", (40, 40), "white").convert(mode), "PNG")).full)
    assert is_near(full.getpixel((20, 20)), (255, 255, 255))


def test_print_colours_become_screen_colours() -> None:
    full = opened(process(encoded(half_red_half_blue(40, 40).convert("CMYK"), "JPEG")).full)
    assert full.mode == "RGB"
    assert is_near(full.getpixel((5, 20)), (255, 0, 0))


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    picture = Image.new("I;16", (16, 16), 32896)
    assert is_near(opened(process(encoded(picture, "PNG")).full).getpixel((8, 8)), (128, 128, 128))


def test_colours_of_another_profile_are_converted_to_those_of_the_web() -> None:
    # Red and blue change places in this profile, so that a profile left unused is obvious.
    swapped = ImageCms.ImageCmsProfile(_srgb()).tobytes()
    swapped = swapped.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    result = process(encoded(half_red_half_blue(40, 40), "JPEG", icc_profile=swapped))
    assert is_near(opened(result.full).getpixel((5, 20)), (0, 0, 255))


LAB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@pytest.mark.parametrize("profile", [b"no profile", LAB_PROFILE])
def test_a_profile_that_does_not_fit_is_left_aside(profile: bytes) -> None:
    result = process(encoded(half_red_half_blue(40, 40), "JPEG", icc_profile=profile))
    assert is_near(opened(result.full).getpixel((5, 20)), (255, 0, 0))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_file_is_refused_with_a_sentence(kind: str) -> None:
    data = encoded(Image.effect_noise((400, 400), 60).convert("RGB"), kind)
    with pytest.raises(UploadRefused) as caught:
        process(data[: len(data) * 2 // 3], filename="hoi-trai.jpg")
    assert caught.value.code == "upload-broken-image"
    assert "hoi-trai.jpg" in caught.value.sentence


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_damaged_file_never_raises_anything_but_a_refusal(kind: str) -> None:
    data = encoded(Image.effect_noise((64, 64), 60).convert("RGB"), kind)
    for place in range(12, min(len(data), 400), 3):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            process(damaged)
        except UploadRefused as refused:
            assert refused.code in {"upload-broken-image", "upload-too-many-pixels"}


def png_header_of(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be huge."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 5_001), (30_000, 30_000)])
def test_a_picture_of_more_than_fifty_million_pixels_is_refused_unopened(size: tuple[int, int]) -> None:
    with pytest.raises(UploadRefused, match="50 triệu điểm ảnh") as caught:
        process(png_header_of(*size))
    assert caught.value.code == "upload-too-many-pixels"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_the_pixel_limit_holds_where_warnings_are_not_errors() -> None:
    with pytest.raises(UploadRefused, match="50 triệu điểm ảnh"):
        process(png_header_of(10_000, 6_000))


def test_fifty_million_pixels_are_taken() -> None:
    result = process(encoded(Image.new("L", (10_000, 5_000), 90), "JPEG"))
    assert (result.width, result.height) == (1600, 800)


def test_a_photo_of_thousands_of_passes_is_refused_undecoded() -> None:
    """A hundred kilobytes of empty passes would keep a decoder busy for minutes."""
    stream = io.BytesIO()
    Image.new("L", (64, 64)).save(stream, "JPEG", progressive=True)
    photo = stream.getvalue()
    scan = photo[photo.rindex(b"\xff\xda") : -2]
    assert process(photo[:-2] + scan * 20 + photo[-2:]).width == 64
    with pytest.raises(UploadRefused) as refused:
        process(photo[:-2] + scan * 60 + photo[-2:])
    assert refused.value.code == "upload-broken-image"


def test_a_film_behind_a_photo_does_not_count_as_passes() -> None:
    """Phones put a film behind the photo; its bytes mean nothing here, nor do those of the metadata."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 64)).save(stream, "JPEG", comment=b"\xff\xda" * 300)
    assert process(stream.getvalue() + b"\xff\xda\x00\x08" * 300).width == 64


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(UploadRefused) as caught:
        process(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert caught.value.code == "upload-svg"


def test_the_byte_limit_may_be_given() -> None:
    with pytest.raises(UploadRefused) as caught:
        process(encoded(half_red_half_blue(40, 40), "PNG"), max_bytes=20)
    assert caught.value.code == "upload-too-big"


def test_the_same_photo_gives_the_same_bytes() -> None:
    data = photo_with_traces("JPEG")
    assert process(data) == process(data)
