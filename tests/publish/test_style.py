"""Every colour that text is set in can be read: contrast by the WCAG 2 formula, light, dark and print."""

import re

import pytest

from qadam.publish import pages

STYLE = str(pages.style())
ROOTS = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.S)
]
LIGHT, DARK, PRINT = ROOTS[0], ROOTS[0] | ROOTS[1], ROOTS[0] | ROOTS[2]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_by_its_known_ends():
    assert contrast("#000000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("colours", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("text", ["ink", "quiet", "sky", "gold", "rust"])
def test_text_can_be_read(colours, ground, text):
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_over_the_zone_can_be_read(colours):
    assert contrast(colours["ink"], colours["zone"]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", [f"s{i}" for i in range(6)])
def test_marks_stand_out(colours, mark):
    assert contrast(colours[mark], colours["paper"]) >= 3  # WCAG 1.4.11, graphics
    assert contrast(colours[mark], colours["zone"]) >= 3


def test_text_uses_only_the_colours_tested_here():
    used = set(re.findall(r"(?<![-\w])color: ([^;}]+)", STYLE))
    tested = {f"var(--{name})" for name in ("ink", "quiet", "sky", "gold", "rust")}
    buttons = re.findall(r"([^{}\n]+?) \{[^}]*(?<![-\w])color: var\(--paper\)", STYLE)
    assert buttons == [".button"]  # the other way round, tested above: paper on sky
    bright = re.findall(r"([^{}\n]+?) \{[^}]*[^-]color: var\(--sky-bright\)", STYLE)
    assert bright == [".group > header .letter"]  # an ornament, hidden from screen readers
    assert used - tested == {"inherit", "var(--sky-bright)", "var(--paper)"}
