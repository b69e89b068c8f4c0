"""A network learns to translate: its shape, what it is shown, that it can learn a few pairs by heart, and the lessons of an arm."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from qadam.systems.load import Training, load
from qadam.systems.training import objectives, pieces, shapes, train
from qadam.terms import Ask, Item, Slot, SystemRow

PAIRS = [
    ("қар жауды", "it snowed"),
    ("күн шықты", "the sun rose"),
    ("жел тұрды", "wind rose"),
    ("біз келдік", "we came"),
]
SIZE = {"width": 32, "layers": 1, "heads": 2}


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    path = tmp_path_factory.mktemp("pieces") / "bpe.json"
    pieces.train("bpe", [side for pair in PAIRS for side in pair], vocabulary=300, seed=13, to=path)
    return pieces.load(path)


def test_a_batch_shows_both_sides_and_counts_their_letters(cut):
    batch = objectives.Translated(cut, PAIRS).batch([0, 1], np.random.default_rng(0))
    assert batch.characters == sum(len(side) for pair in PAIRS[:2] for side in pair)
    shown, labels = batch.inputs["input_ids"], batch.inputs["labels"]
    assert [row[row >= 0][-1].item() for row in labels] == [pieces.END, pieces.END]
    assert cut.decode(labels[0][labels[0] > pieces.UNKNOWN].tolist()) == "it snowed"
    assert batch.guessed == int((labels >= 0).sum()) and shown.shape[0] == 2


def test_a_few_pairs_are_learned_by_heart_and_the_same_weights_come_again(cut, tmp_path):
    said = []
    for where in ("a", "b"):
        network = shapes.translating(cut.size, SIZE, 13)
        recipe = train.Recipe(13, 25_000, batch=4, rate=5e-3, checks=0)
        course = train.fit(network, objectives.Translated(cut, PAIRS), recipe, to=tmp_path / where)
        said.append(objectives.translate(network, cut, [first for first, _ in PAIRS]))
    assert said[0] == [second for _, second in PAIRS] and said[0] == said[1]
    assert course.flops > 0 and course.curve[-1][1] < course.curve[0][1] / 10


def test_what_has_no_end_is_broken_off_and_nothing_is_translated_of_nothing(cut):
    network = shapes.translating(cut.size, SIZE, 13).eval()
    assert objectives.translate(network, cut, []) == []
    (said,) = objectives.translate(network, cut, ["қар"])
    most = 2 * (len(cut.encode("қар")) + 1) + 20
    assert 0 < len(said) <= most * max(map(len, cut.pieces))


@pytest.mark.parametrize("arm", ["few", "synthetic"])
def test_an_arm_trains_on_its_lessons_and_keeps_what_it_needs(arm, tmp_path):
    items = [Item(str(n), {"kk": kk, "en": en}) for n, (kk, en) in enumerate(PAIRS)]
    options = {
        "dataset": "x",
        "datasets": {"translating": "x"},
        "pairs": ["kk-en"],
        "lessons": arm,
        "vocabulary": 300,
        **SIZE,
    }
    row = SystemRow("n", "n", "network", "bpe", options=options)
    training = Training(
        lambda: items, tmp_path / "kept", named=lambda skill: items, limits={"translated": 200, "batch": 2}
    )
    system = load(row, [], training=training)
    (said,) = system.answer([Ask("1", "kk-en", "", question="қар жауды", languages=("kk", "en"))])
    assert isinstance(said.text, str)
    kept = {
        path.name.removeprefix("kept-").rpartition("-")[0] for path in Path(tmp_path).glob("kept-*") if path.is_dir()
    }
    assert kept == ({"translating"} if arm == "few" else {"translating", "translating-back"})


def both(tmp_path, **limits):
    """A network that reads one text, translates pairs of its own vocabulary, and inflects."""
    text = [Item(str(n), kk) for n, (kk, _) in enumerate(PAIRS)]
    pairs = [Item(str(n), {"kk": kk, "en": en}) for n, (kk, en) in enumerate(PAIRS)]
    forms = [Item(str(n), f"{kk.split()[0]} Plur", f"{kk.split()[0]}лар") for n, (kk, _) in enumerate(PAIRS)]
    data = {"translating": pairs, "inflecting": forms}
    options = {
        "dataset": "text",
        "datasets": {name: name for name in data},
        "pairs": ["kk-en"],
        "vocabulary": 290,
        **SIZE,
    }
    row = SystemRow("n", "n", "network", "bpe", options=options)
    return load(row, [], training=Training(lambda: text, tmp_path / "kept", named=data.__getitem__, limits=limits))


def test_who_reads_other_text_cuts_pairs_by_a_vocabulary_of_both_languages(tmp_path):
    system = both(tmp_path, translated=200, inflected=200)
    (said,) = system.answer([Ask("1", "into-english", "", question="қар жауды", languages=("kk", "en"))])
    assert isinstance(said.text, str) and len(list(tmp_path.glob("pieces-bpe-290-*.json"))) == 2
    english = [len(cut.encode("snowed")) for cut in (system._of_pairs, system.pieces)]
    assert english[0] < english[1]
    (form,) = system.answer([Slot("қар Plur")])
    assert isinstance(form, str)
    assert {path.name.split("-")[1] for path in tmp_path.glob("kept-*") if path.is_dir()} == {
        "translating",
        "inflecting",
    }


def test_forms_are_learned_by_heart(tmp_path):
    system = both(tmp_path, inflected=60_000)
    assert system.answer([Slot(f"{kk.split()[0]} Plur") for kk, _ in PAIRS]) == [
        f"{kk.split()[0]}лар" for kk, _ in PAIRS
    ]
