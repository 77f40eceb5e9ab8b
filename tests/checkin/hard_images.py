"""154 camera frames that are hard to read: real pass codes, spoilt in eleven ways, each in fourteen degrees.

Every frame is 640×480, grey, and the same on each run. The last degrees are meant to be worse than a person would
hold a phone.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from eventapp.passes.code import pass_url, sign_code
from eventapp.passes.qr import QUIET_ZONE, modules

SIZE = (640, 480)
CENTRE = (SIZE[0] / 2, SIZE[1] / 2)
DEGREES = 14
PAPER, INK, DESK = 232, 24, 150
MODULE = 5
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True)
class HardImage:
    """One frame: how it was spoilt and how badly (0 to 13), and what a reader should find in it."""

    kind: str
    degree: int
    text: str
    frame: Image.Image

    @property
    def png(self) -> bytes:
        data = io.BytesIO()
        self.frame.save(data, "PNG", compress_level=1)
        return data.getvalue()


def hard_images() -> Iterator[HardImage]:
    """All of them, each kind from its mildest to its worst."""
    for kind, spoil in KINDS.items():
        for degree in range(DEGREES):
            dice = random.Random(f"{kind} {degree}")
            text = pass_text(dice)
            yield HardImage(kind, degree, text, spoil(text, degree / (DEGREES - 1), dice))


def pass_text(dice: random.Random) -> str:
    """What the code of a pass holds: an address that the server would accept, had it this key."""
    return pass_url("https://summit.example.org", sign_code(_KEY, 7, dice.randbytes(8).hex(), 1))


# -- The eleven ways; `much` goes from 0 to 1 -----------------------------------------------------------------------


def blurred(text: str, much: float, dice: random.Random) -> Image.Image:
    """Out of focus, up to two thirds of a module."""
    return _held(text, dice).filter(ImageFilter.GaussianBlur(MODULE * _between(0.2, 0.66, much)))


def moved(text: str, much: float, dice: random.Random) -> Image.Image:
    """The hand moves while the picture is taken, by up to nearly two modules."""
    return _smeared(_held(text, dice), MODULE * _between(0.4, 1.9, much), dice.uniform(0, math.pi))


def tilted(text: str, much: float, dice: random.Random) -> Image.Image:
    """Seen from the side, from 25 to 68 degrees."""
    return _seen_from(_code(text, 7), math.radians(_between(25, 68, much)), dice.uniform(-20, 20))


def turned(text: str, much: float, dice: random.Random) -> Image.Image:
    """Turned to any side, and not quite sharp."""
    turned_code = _code(text).rotate(_between(5, 350, much), Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
    return _on_desk(turned_code, dice).filter(ImageFilter.GaussianBlur(1.5))


def dim(text: str, much: float, dice: random.Random) -> Image.Image:
    """Little light and a grainy sensor: contrast goes down to a twentieth."""
    gain = _between(0.4, 0.05, much)
    return _grainy(_held(text, dice).point(lambda value: int(14 + value * gain)), 5, dice)


def small(text: str, much: float, dice: random.Random) -> Image.Image:
    """Far away: from two and a half pixels a module down to one and a fifth."""
    side = round(_code(text).width / MODULE * _between(2.5, 1.2, much))
    return _on_desk(_code(text).resize((side, side), Image.Resampling.BOX), dice)


def glaring(text: str, much: float, dice: random.Random) -> Image.Image:
    """A lamp mirrored in the screen: white at its middle, a veil around it."""
    frame = _held(text, dice)
    radius = MODULE * 41 * _between(0.1, 0.44, much)
    x, y = (middle + dice.uniform(-60, 60) for middle in CENTRE)
    light = Image.new("L", SIZE, 0)
    ImageDraw.Draw(light).ellipse((x - radius, y - radius * 0.6, x + radius, y + radius * 0.6), fill=255)
    light = light.filter(ImageFilter.GaussianBlur(radius * 0.5))
    veil = light.filter(ImageFilter.GaussianBlur(radius)).point(lambda value: value // 2)
    return ImageChops.add(ImageChops.add(frame, veil), light)


def squeezed(text: str, much: float, dice: random.Random) -> Image.Image:
    """A picture sent through a chat: smaller, then compressed until blocks show."""
    side = round(_code(text).width / MODULE * _between(4, 2.1, much))
    frame = _on_desk(_code(text).resize((side, side), Image.Resampling.BICUBIC), dice)
    data = io.BytesIO()
    frame.save(data, "JPEG", quality=round(_between(35, 4, much)))
    return Image.open(data).convert("L")


def inverted(text: str, much: float, dice: random.Random) -> Image.Image:
    """White on black, as some apps show codes at night, and less and less sharp."""
    code = ImageOps.invert(_code(text))
    return _on_desk(code, dice).filter(ImageFilter.GaussianBlur(MODULE * _between(0.1, 0.66, much)))


def covered(text: str, much: float, dice: random.Random) -> Image.Image:
    """A thumb on the code: up to a seventh of its area, the corner marks left free."""
    code = _code(text)
    side = MODULE * 41 * math.sqrt(_between(0.01, 0.14, much))
    left = MODULE * (QUIET_ZONE + dice.uniform(9, 32 - 41 * math.sqrt(0.14)))
    top = MODULE * (QUIET_ZONE + dice.uniform(9, 32 - 41 * math.sqrt(0.14)))
    ImageDraw.Draw(code).rounded_rectangle((left, top, left + side, top + side), radius=side / 3, fill=DESK)
    return _on_desk(code, dice)


def everything(text: str, much: float, dice: random.Random) -> Image.Image:
    """A real evening: tilted, turned, unsharp, dim and grainy, each a little."""
    frame = _seen_from(_code(text, 6), math.radians(_between(10, 40, much)), dice.uniform(-40, 40))
    frame = _smeared(frame, _between(1, 4, much), dice.uniform(0, math.pi))
    frame = frame.filter(ImageFilter.GaussianBlur(_between(0.6, 1.6, much)))
    gain = _between(0.8, 0.25, much)
    return _grainy(frame.point(lambda value: int(10 + value * gain)), _between(3, 8, much), dice)


KINDS: dict[str, Callable[[str, float, random.Random], Image.Image]] = {
    "blur": blurred,
    "motion": moved,
    "tilt": tilted,
    "rotation": turned,
    "low light": dim,
    "small": small,
    "glare": glaring,
    "compression": squeezed,
    "inverted": inverted,
    "occluded": covered,
    "all together": everything,
}


# -- What they are made of -----------------------------------------------------------------------------------------


def _code(text: str, module: int = MODULE) -> Image.Image:
    """The code as on a phone's screen, with its quiet zone."""
    return _printed(text).resize((_printed(text).width * module,) * 2, Image.Resampling.NEAREST)


@lru_cache(maxsize=4)
def _printed(text: str) -> Image.Image:
    rows = modules(text.rstrip("0123456789"), text[len(text.rstrip("0123456789")) :])
    picture = Image.new("L", (len(rows),) * 2)
    picture.putdata([INK if dark else PAPER for row in rows for dark in row])
    return ImageOps.expand(picture, QUIET_ZONE, PAPER)


def _on_desk(code: Image.Image, dice: random.Random) -> Image.Image:
    """The code somewhere near the middle of the frame; the light falls from one side."""
    frame = Image.new("L", SIZE, DESK)
    corner = [(space - side) // 2 + dice.randint(-20, 20) for space, side in zip(SIZE, code.size, strict=True)]
    frame.paste(code, (corner[0], corner[1]))
    return ImageChops.subtract(frame, _slope(), scale=1, offset=0)


def _held(text: str, dice: random.Random) -> Image.Image:
    """In an ordinary hand: nearly straight."""
    angle = dice.uniform(-12, 12)
    code = _code(text).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
    return _on_desk(code, dice)


@lru_cache(maxsize=1)
def _slope() -> Image.Image:
    return Image.linear_gradient("L").rotate(90).resize(SIZE).point(lambda value: value // 8)


def _seen_from(code: Image.Image, angle: float, turn: float) -> Image.Image:
    """The code turned in its plane by degrees, the plane tilted away; a pinhole camera looks at its middle."""
    flat = code.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
    plane = Image.new("L", (1600, 1200), DESK)
    plane.paste(flat, ((plane.width - flat.width) // 2, (plane.height - flat.height) // 2))
    far = 700.0
    sine, cosine, (u, v) = math.sin(angle), math.cos(angle), CENTRE
    # Of a point (x, y) of the frame, seen from its middle: X = x·far / (far·cos - x·sin), Y = y·far·cos / the same.
    least = far * cosine + u * sine
    x, y = plane.width / 2 / least, plane.height / 2 / least
    across = (far / least - x * sine, 0.0, x * least - u * far / least)
    down = (-y * sine, far * cosine / least, y * least - v * far * cosine / least)
    below = (-sine / least, 0.0)
    view = (*across, *down, *below)
    return plane.transform(SIZE, Image.Transform.PERSPECTIVE, view, Image.Resampling.BICUBIC, fillcolor=DESK)


def _smeared(frame: Image.Image, length: float, direction: float) -> Image.Image:
    """The mean of the frame at all places along a short way."""
    steps = max(2, round(length * 2))
    smeared = frame
    for step in range(1, steps + 1):
        way = length * step / steps
        shift = (1, 0, way * math.cos(direction), 0, 1, way * math.sin(direction))
        moved_frame = frame.transform(SIZE, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR, fillcolor=DESK)
        smeared = Image.blend(smeared, moved_frame, 1 / (step + 1))
    return smeared


def _grainy(frame: Image.Image, deviation: float, dice: random.Random) -> Image.Image:
    """The frame with noise of about this standard deviation: three even noises make nearly a normal one."""
    first, second, third = (Image.frombytes("L", SIZE, dice.randbytes(SIZE[0] * SIZE[1])) for _ in range(3))
    noise = Image.blend(Image.blend(first, second, 1 / 2), third, 1 / 3)
    share = deviation / (256 / math.sqrt(12) / math.sqrt(3))
    return ImageChops.add(frame, noise.point(lambda value: int(value * share)), offset=-round(128 * share))


def _between(mild: float, worst: float, much: float) -> float:
    return mild + (worst - mild) * much
