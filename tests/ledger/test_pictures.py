"""A photo becomes a clean copy, upright and without a word; or it is refused (A73)."""

import io
import resource
import sys

import pytest
from PIL import Image, ImageCms

from mallops.errors import Refused
from mallops.ledger import photos
from tests.ledger import pictures
from tests.ledger.pictures import encoded

COLOURS = {(0, 0): "red", (1, 0): "lime", (0, 1): "blue", (1, 1): "yellow"}


@pytest.fixture(autouse=True)
def context(app):
    """Refusals are said in the reader's language, so there must be an app."""
    with app.test_request_context():
        yield


@pytest.fixture
def database_url(tmp_path):
    """No table is needed here."""
    return f"sqlite:///{tmp_path / 'mallops.db'}"


def opened(data):
    return Image.open(io.BytesIO(data))


def refusal(data):
    with pytest.raises(Refused) as refused:
        photos.clean(data)
    assert refused.value.text
    return refused.value.code


@pytest.mark.parametrize("orientation", pictures.LAID_DOWN)
def test_a_photo_stands_upright_however_the_phone_was_held(orientation):
    image = opened(photos.clean(pictures.turned(orientation)).data)
    assert image.size == (64, 32)
    for (right, low), name in COLOURS.items():
        seen = image.getpixel((16 + 32 * right, 8 + 16 * low))
        wanted = Image.new("RGB", (1, 1), name).getpixel((0, 0))
        apart = [abs(a - b) for a, b in zip(seen, wanted, strict=True)]
        assert max(apart) < 40, name


def test_nothing_but_the_picture_is_kept():
    clean = photos.clean(pictures.talkative())
    for data in (clean.data, clean.thumb):
        assert pictures.SECRET not in data
        assert b"Exif" not in data
        assert b"ICC" not in data
        assert b"xmp" not in data.lower()
        image = opened(data)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_of_several_pictures_in_one_file_the_first_is_kept():
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    image = opened(photos.clean(data).data)
    assert image.format == "JPEG"
    assert image.getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "YCbCr"])
def test_every_kind_of_colour_becomes_plain_rgb(mode):
    image = opened(photos.clean(encoded(pictures.corners().convert(mode))).data)
    assert image.mode == "RGB"
    assert image.size == (64, 32)


@pytest.mark.parametrize(
    "given",
    [
        {"progressive": True},
        {"quality": 1},
        {"quality": 100, "subsampling": 0},
        {"restart_marker_blocks": 2},
        {
            "icc_profile": ImageCms.ImageCmsProfile(
                ImageCms.createProfile("sRGB")
            ).tobytes()
        },
    ],
    ids=lambda given: next(iter(given)),
)
def test_every_way_to_write_a_jpeg_is_read(given):
    assert opened(photos.clean(encoded(pictures.corners(), **given)).data).size == (
        64,
        32,
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2049, 2048)])
def test_odd_sizes_are_kept_within_bounds(size):
    clean = photos.clean(encoded(Image.new("RGB", size)))
    assert max(clean.width, clean.height) <= photos.LONGEST_SIDE
    assert min(clean.width, clean.height) >= 1
    assert max(opened(clean.thumb).size) <= photos.THUMB_SIDE


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_half_a_photo_is_refused(share, progressive):
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    data = encoded(noise, progressive=progressive)
    assert refusal(data[: int(len(data) * share)]) == "not_an_image"


@pytest.mark.parametrize("size", [(8000, 6000), (10_000, 10_000), (20_000, 20_000),
                                  (65_535, 65_535)])  # fmt: skip
def test_too_many_pixels_are_refused_before_they_take_memory(size):
    data = pictures.claiming(*size)
    before = memory_bytes()
    assert refusal(data) == "too_many_pixels"
    assert memory_bytes() - before < 20_000_000


def memory_bytes():
    """The most this process ever held."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes if sys.platform == "darwin" else kilobytes * 1024


def test_a_camera_of_24_megapixels_is_taken():
    clean = photos.clean(encoded(Image.new("L", (6000, 4000)), quality=30))
    assert (clean.width, clean.height) == (2048, 1365)


def test_a_header_that_lies_about_the_size_does_no_harm():
    clean = photos.clean(pictures.claiming(4000, 3000))
    assert max(clean.width, clean.height) <= photos.LONGEST_SIDE
