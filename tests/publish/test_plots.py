"""Pictures hold the numbers they were given, in the right places."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from qadam.metrics import emotion
from qadam.publish.pictures import pictures
from qadam.publish.plots import LETTER, NARROW, WIDE, Axis, Chart, draw_points, parts_of
from qadam.studies.speech_emotion import ACTED, LAYERS, STUDY
from qadam.terms import Zone


def test_a_linear_axis_is_linear():
    axis = Axis(0, 10, left=100, right=200, log=False)
    assert [axis.at(v) for v in (0, 5, 10, 99)] == [100, 150, 200, 200]
    assert axis.ticks(5) == [0, 2, 4, 6, 8, 10][: len(axis.ticks(5))] or axis.ticks(5) == [0, 5, 10]


def test_equal_ratios_are_equally_far_on_a_logarithmic_axis():
    axis = Axis(1, 16, left=0, right=400, log=True)
    assert axis.at(2) - axis.at(1) == pytest.approx(axis.at(16) - axis.at(8))
    assert all(1 <= t <= 16 for t in axis.ticks(5))


def test_the_parts_of_the_tax_are_found_by_arithmetic(invented):
    here = [m for m in invented.invented_measurements() if m.dataset == "invented/all"]
    parts = parts_of("fertility_whitespace", here, condition="kk", than="en")
    assert [p.metric for p in parts] == ["bytes_per_character", "characters_per_word", "tokens_per_byte"]
    assert not any(p.inverse for p in parts)
    for system, (kk, en) in invented.SYSTEMS.items():
        logs = sum(math.log(p.ratios[system]) for p in parts)
        assert logs == pytest.approx(math.log(kk / en))


def test_a_divisor_is_found_where_no_factor_is_measured(invented):
    here = [
        m for m in invented.invented_measurements() if m.dataset == "invented/all" and m.metric != "tokens_per_byte"
    ]
    parts = parts_of("fertility_whitespace", here, condition="kk", than="en")
    assert {p.metric: p.inverse for p in parts} == {
        "bytes_per_character": False,
        "characters_per_word": False,
        "bytes_per_token": True,
    }


def test_no_parts_are_invented(invented):
    here = [m for m in invented.invented_measurements() if m.metric.startswith("fertility")]
    assert parts_of("fertility_whitespace", here, condition="kk", than="en") == []
    assert parts_of("unheard_of", here, condition="kk", than="en") == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_stand_in_the_zone_exactly_when_their_values_do(invented, width):
    values = {"low": 2.0, "inside": 4.0, "high": 6.0}
    points = {(name, "e"): invented.measurement("e", v, low=v - 0.1, high=v + 0.1) for name, v in values.items()}
    svg = draw_points(Chart("c", "t", tuple(values), ("e",), points, zone=Zone(3, 5)), width=width)
    x, w = (float(v) for v in re.search(r'class="zone" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg).groups())
    places = [float(v) for v in re.findall(r'<circle class="s0" cx="([\d.]+)"', svg)]
    assert [x <= p <= x + w for p in places] == [False, True, False]


@pytest.mark.parametrize(
    ("bound", "said"), [(1.0, "0.2 [−0.8, 1.1]"), (40.0, "0 [−1, 1]"), (0.25, "0.20 [−0.80, 1.10]")]
)
def test_values_are_as_fine_as_the_bound_they_are_held_against(invented, bound, said):
    points = {("a", "e"): invented.measurement("e", 0.2, low=-0.8, high=1.1)}
    points |= {(name, "e"): invented.measurement("e", 4.0, low=-20, high=30.0) for name in "bc"}
    svg = draw_points(Chart("c", "t", ("a", "b"), ("e",), points, zone=Zone(low=bound), values=True), width=WIDE)
    assert f">{said}</text>" in svg


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_long_name_keeps_to_its_room_and_says_itself_whole(invented, width):
    names = ("kaz", "transfer-turkish-cyrillic-opinions", "transfer-turkish-cyrillic-network")
    points = {(name, "e"): invented.measurement("e", -0.2, low=-0.3, high=0.1) for name in names}
    drawn = ElementTree.fromstring(draw_points(Chart("c", "t", names, ("e",), points, values=True), width=width))
    labels = [text for text in drawn if text.get("class") == "row"]
    said = ["".join(part for part in (text.text, *(child.tail for child in text)) if part) for text in labels]
    assert said[0] == "kaz" and len(set(said)) == 3 and "…" in said[1] and said[1].endswith("opinions")
    assert [text[0].text for text in labels[1:]] == list(names[1:])
    values = [text for text in drawn if text.get("class") == "value"]
    for label, name, value in zip(labels, said, values, strict=True):
        if width == WIDE:  # ends before the drawing, begins inside it
            assert float(label.get("x")) - LETTER * len(name) >= 0
        else:
            assert float(label.get("x")) + LETTER * len(name) <= float(value.get("x")) - LETTER * len(value.text)


def test_a_reader_who_cannot_see_hears_every_number(invented):
    for picture in pictures(invented.invented_evidence(), invented.PROTOCOL):
        for drawing in (picture.wide, picture.narrow):
            root = ElementTree.fromstring(str(drawing))
            assert root.attrib["role"] == "img"
            title, desc = root[0], root[1]
            assert title.text and root.attrib["aria-labelledby"] == title.attrib["id"]
            assert all(system in desc.text for system in invented.SYSTEMS)
            assert root.attrib["aria-describedby"] == desc.attrib["id"]


def test_pictures_follow_the_protocol_not_the_study(invented):
    evidence = invented.invented_evidence()
    names = [p.name for p in pictures(evidence, invented.PROTOCOL)]
    assert names == [
        "forest-tax_whitespace",
        "dots-fertility_whitespace",
        "parts-tax_whitespace",
        "forest-premium",
    ]
    without = replace(invented.PROTOCOL, rule=None, contrasts=())
    assert [p.name for p in pictures(evidence, without)] == ["dots-fertility_whitespace"]
    one = replace(evidence, measurements=tuple(m for m in evidence.measurements if m.system == "tekken"))
    drawn = next(p for p in pictures(one, without))
    assert ">kk</text>" in drawn.wide and drawn.key == ()  # one system: the conditions are the rows
    assert pictures(replace(evidence, measurements=()), invented.PROTOCOL) == []


def test_what_belongs_to_the_text_is_not_drawn_once_per_system(invented):
    same = [replace(m, value=1.9) if m.metric == "premium" else m for m in invented.invented_measurements()]
    evidence = replace(invented.invented_evidence(), measurements=tuple(same))
    assert "forest-premium" not in [p.name for p in pictures(evidence, invented.PROTOCOL)]


def test_points_of_one_curve_make_one_picture(invented):
    protocol = invented.PROTOCOL
    like = invented.invented_evidence().measurements[0]
    metric = replace(protocol.metrics[0], name="right_at", params={"curve": "calibration", "at": "0.55"})
    metrics = (metric, replace(metric, name="right_high", params={"curve": "calibration", "at": "0.95"}))
    points = tuple(replace(like, metric=m.name, value=0.6, low=0.5, high=0.7) for m in metrics)
    evidence = replace(invented.invented_evidence(), measurements=points)
    drawn = pictures(evidence, replace(protocol, metrics=(*protocol.metrics, *metrics)))[-1]
    assert drawn.name.startswith("calibration-") and "0.55 0.60, 0.95 0.60" in drawn.wide
    assert pictures(replace(evidence, measurements=points[:1]), replace(protocol, metrics=metrics)) == []


def depths_measured(invented, depths=range(13)):
    """What thirteen depths of a model of six layers hear, from answers drawn at random, as records of the study hold it."""
    random, labels = np.random.default_rng(3), emotion.EMOTIONS
    rows = [emotion.by_depth(random.choice(labels, 7).tolist(), labels[n % len(labels)]) for n in range(60)]
    sums = {column: np.array(sum(row[column] for row in rows)) for column in rows[0]}
    like = replace(
        invented.invented_evidence().measurements[0], dataset=ACTED, condition=LAYERS, unit="share 0-1", n=60
    )
    heard = {k: float(emotion.AtDepth(k)(sums)) for k in depths}
    return heard, tuple(
        replace(like, metric=f"uar_at_{k}", value=v, low=v - 0.05, high=v + 0.05) for k, v in heard.items()
    )


def test_the_depths_of_a_model_are_a_curve_over_the_whole_width(invented):
    heard, measured = depths_measured(invented)
    evidence = replace(invented.invented_evidence(), measurements=measured)
    (drawn,) = (p for p in pictures(evidence, STUDY.protocols["full"]) if p.name.startswith("depth-"))
    assert "confiden" not in drawn.caption["en"] and set(drawn.caption) == {"kk", "ru", "en"}
    for svg in (drawn.wide, drawn.narrow):
        line = re.search(r'class="whisker s0" d="M([^"V]+)"', svg).group(1)
        places = [float(point.split()[0]) for point in line.split("L")]
        steps = [b - a for a, b in pairwise(places)]
        assert len(places) == 13 and steps == pytest.approx([steps[0]] * 12, abs=0.2) and steps[0] > 10
        assert 'class="origin"' not in svg  # a depth is no share: there is nothing to be equal to
        assert f"12 {heard[12]:.2f}" in svg
        ElementTree.fromstring(svg)


def test_where_no_layer_was_measured_there_is_no_curve(invented):
    for depths in ((), (4,)):
        _, measured = depths_measured(invented, depths)
        evidence = replace(invented.invented_evidence(), measurements=measured)
        assert not [p for p in pictures(evidence, STUDY.protocols["full"]) if p.name.startswith("depth-")]
