"""The pictures of docs/how-to/look.md. ``make pictures`` draws them; otherwise they are compared with fresh ones."""

import io
import os
import re
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from PIL import Image, ImageDraw
from wagtail.images import get_image_model

from tests.journeys.states import PAGES
from wagtail_clientportal.models import PortalSettings

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images"
LOOK = (ROOT / "docs/how-to/look.md").read_text(encoding="utf-8")
VIEWPORT = {"width": 640, "height": 640}
COLOURS = 64
MOST_BYTES = 60_000

ACCENT = ":root { --cp-accent: #7a1f5c; }"  # what the editor's colour comes to
PROPERTIES = ".cp { --cp-radius: 0; --cp-font: Georgia, serif; --cp-column: 48rem; }"


def _logo():
    """A round mark, as small clinics have them."""
    picture, file = Image.new("RGB", (240, 96), "#fff"), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.ellipse((8, 8, 88, 88), fill="#7a1f5c")
    pen.line((24, 52, 44, 68, 72, 32), fill="#fff", width=9, joint="curve")
    pen.rectangle((104, 32, 224, 40), fill="#7a1f5c")
    pen.rectangle((104, 56, 184, 64), fill="#b98aa9")
    picture.save(file, "PNG")
    file.seek(0)
    return get_image_model().objects.create(title="Harbour Clinic", file=ImageFile(file, "harbour.png"))


def _in_a_site(visitor):
    root = visitor.clinic.site.root_page
    root.title = "Harbour Clinic"
    root.save()
    return PAGES["confirm"](visitor)


def _as_it_comes(visitor):
    return PAGES["confirm"](visitor)


def _with_logo(visitor):
    return PAGES["confirm"](visitor.having(PortalSettings, logo=_logo()))


# name → the way to the page; whether it wears the sandbox's base; the reader's colours; CSS of the site
PICTURES = {
    "look-base": (_in_a_site, True, "light", ""),
    "look-accent": (_with_logo, False, "light", ACCENT),
    "look-dark": (_as_it_comes, False, "dark", ""),
    "look-properties": (_as_it_comes, False, "light", PROPERTIES),
}


@pytest.fixture
def site_base(settings):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [ROOT / "sandbox/templates"]}]
    settings.STATICFILES_DIRS = [ROOT / "sandbox/static"]
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BASE_TEMPLATE": "base.html"}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_large_as_a_fresh_one(show, request, name):
    way, in_site, scheme, css = PICTURES[name]
    if in_site:
        request.getfixturevalue("site_base")
    window = show(way)
    window.set_viewport_size(VIEWPORT)
    window.emulate_media(color_scheme=scheme)
    window.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }",
        css,
    )
    fresh = Image.open(io.BytesIO(window.screenshot()))
    path = IMAGES / f"{name}.png"
    if os.environ.get("CLIENTPORTAL_PICTURES"):
        fresh.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    assert Image.open(path).size == fresh.size
    assert path.stat().st_size < MOST_BYTES


def test_each_picture_stands_in_the_docs_and_says_what_it_shows():
    assert sorted(re.findall(r"!\[[^\]]{20,}\]\(\.\./images/(look-\w+)\.png\)", LOOK)) == sorted(PICTURES)
