"""Portraits of the demo's clinicians: drawn, so that they are nobody's."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

_SIZE, _FINER = 384, 2  # pixels; drawn so much larger, for smooth edges


@dataclass(frozen=True)
class Looks:
    """Colours, as CSS writes them."""

    skin: str
    hair: str
    clothes: str
    wall: str
    has_long_hair: bool = False


def portrait(looks: Looks) -> BytesIO:
    """Return a square PNG of a head and shoulders."""
    image = Image.new("RGB", (_SIZE * _FINER, _SIZE * _FINER), looks.wall)
    draw = ImageDraw.Draw(image)

    def at(*hundredths):
        return [round(one * _SIZE * _FINER / 100) for one in hundredths]

    if looks.has_long_hair:
        draw.rounded_rectangle(at(27, 20, 73, 72), radius=at(22)[0], fill=looks.hair)
    draw.ellipse(at(12, 70, 88, 140), fill=looks.clothes)
    draw.rounded_rectangle(at(43, 55, 57, 78), radius=at(7)[0], fill=looks.skin)
    draw.ellipse(at(32, 22, 68, 66), fill=looks.skin)
    draw.pieslice(at(30, 16, 70, 60), 180, 360, fill=looks.hair)
    draw.ellipse(at(33, 27, 67, 64), fill=looks.skin)
    for left in (42, 55):
        draw.ellipse(at(left, 43, left + 3, 46), fill="#2b2320")
    draw.arc(at(42, 44, 58, 58), 25, 155, fill="#2b2320", width=at(1)[0])
    file = BytesIO()
    image.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(file, "PNG")
    file.seek(0)
    return file
