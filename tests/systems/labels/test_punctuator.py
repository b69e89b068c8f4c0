"""Punctuators: what the two rules say, that a learned one learns, and what happens where a package or a row lacks something."""

import sys
from pathlib import Path

import pytest

from qadam.errors import BadSystem, EmptyDataset, ExtraMissing
from qadam.kazakh.marks import bare
from qadam.systems.labels import punctuator
from qadam.systems.labels.punctuator_features import capitals, features
from qadam.systems.load import Training, load
from qadam.terms import Item, Sentence, SystemRow


def row(form, **options):
    return SystemRow("it", "it", "punctuator", form, options={**punctuator.RECIPE, **options}, licence="Apache-2.0")


def lesson(*texts):
    found = [bare(text) for text in texts]
    return [
        Item(
            str(n),
            " ".join(w for w, _ in one),
            tuple(label for _, label in one),
            fields={"tokens": tuple(w for w, _ in one)},
        )
        for n, one in enumerate(found)
    ]


LESSON = lesson(
    *["Айгүл үйге келді, бірақ Марат келмеді.", "Марат кітап оқыды, ал Айгүл ән айтты.", "Ертең келесің бе?"] * 12
)


def test_a_stop_at_the_end_and_a_capital_at_the_beginning():
    system = load(row("stop"), [])
    inputs = [Sentence(("сен", "келдің", "бе")), Sentence(("бар",)), Sentence(()), "сен  келдің бе"]
    assert system.answer(inputs) == [("A", "a", "a."), ("A.",), (), "Сен  келдің бе."]


def test_rules_see_questions():
    assert load(row("rules"), []).answer([Sentence(("сен", "келдің", "бе"))]) == [("A", "a", "a?")]


def test_a_field_learns_marks_and_capitals_and_is_kept(tmp_path):
    pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
    training = Training(lambda: LESSON, tmp_path / "it")
    system = load(row("crf"), [], training=training)
    said = ["марат үйге келді бірақ айгүл келмеді", "ертең келесің бе"]
    assert system.answer(said) == ["Марат үйге келді, бірақ Айгүл келмеді.", "Ертең келесің бе?"]
    assert sorted(path.name for path in training.path.iterdir()) == ["capitals.crfsuite", "marks.crfsuite"]
    bytes_before = (training.path / "marks.crfsuite").read_bytes()
    again = load(row("crf"), [], training=Training(lambda: pytest.fail("learned twice"), tmp_path / "it"))
    assert again.answer(said) == system.answer(said)
    punctuator.learn(((i.fields["tokens"], i.gold) for i in LESSON), tmp_path / "other")
    assert (tmp_path / "other" / "marks.crfsuite").read_bytes() == bytes_before, "the same text gives the same weights"
    assert system.answer([Sentence(())]) == [()]


def test_a_text_without_marks_teaches_nothing(tmp_path):
    pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
    with pytest.raises(EmptyDataset, match="no mark"):
        punctuator.learn([(("бар",), ("A",))], tmp_path / "it")
    assert not (tmp_path / "it").exists()


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    with pytest.raises(BadSystem, match="names no data"):
        load(row("crf"), [])
    with pytest.raises(BadSystem, match="what its labels mean"):
        load(row("transformers", repo="nobody/nothing"), [])
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    with pytest.raises(ExtraMissing, match="classic"):
        load(row("crf"), [], training=Training(lambda: LESSON, tmp_path / "it"))


def test_a_word_sees_its_endings_its_neighbours_and_its_rhyme():
    words = ["ер", "елін", "аңсайды", "қаз", "көлін", "аңсайды"]
    seen = features(words)
    assert len(seen) == len(words)
    assert "r+3" in seen[2] and "r-3" in seen[5], "the halves of a proverb end alike"
    assert "+1w=қаз" in seen[2] and "+1edge" in seen[5] and "-1edge" in seen[0]
    assert any(mark.startswith("k=VERB") for mark in features(["келді"])[0])
    assert "?True" in features(["қайда", "барасың"])[1] and "?False" in seen[1]
    assert "m=." in capitals(["бар", "абай"], [".", ""])[1] and "m=^" in capitals(["бар"], [""])[0]
    assert features([]) == [] == capitals([], [])


def test_a_model_of_hugging_face_says_what_its_labels_mean(tmp_path):
    torch = pytest.importorskip("torch", reason="pip install 'qadam[train]'")
    transformers = pytest.importorskip("transformers")
    folder = small_model(tmp_path, torch, transformers)
    marks = {"COMMA": "a,", "PERIOD": "a.", "QUESTION": "a?"}
    system = load(row("transformers", repo=str(folder), marks=marks), [])
    words = ("қала", "бала", "дала", "қала")
    (first, second) = system.answer([Sentence(words), Sentence(words[:1])])
    assert len(first) == 4 and len(second) == 1
    assert first[0].startswith("A"), "a model without capitals gets one at the beginning"
    assert set("".join(first)) <= set("aA,.?")


def small_model(folder: Path, torch, transformers) -> Path:
    """A model of two layers with weights of chance, saved as one that is downloaded would be."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "қала", "бала", "дала"]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    transformers.BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        config = transformers.BertConfig(
            vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
            num_labels=4, id2label=dict(enumerate(("O", "COMMA", "PERIOD", "QUESTION"))),
        )  # fmt: skip
        transformers.BertForTokenClassification(config).save_pretrained(folder)
    return folder
