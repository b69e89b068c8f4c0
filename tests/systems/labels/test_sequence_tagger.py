"""A tagger learns a small text, answers valid IOB2 to anything, is the same each time, and goes on where it was stopped."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("gensim")

from qadam.errors import BadSystem, EmptyDataset  # noqa: E402
from qadam.systems.labels import bilstm_crf, sequence_tagger  # noqa: E402
from qadam.systems.labels.sequence_tagger import begun, tokens_of  # noqa: E402
from qadam.systems.load import Training  # noqa: E402
from qadam.systems.training import train  # noqa: E402
from qadam.terms import Item, Sentence, SystemRow  # noqa: E402

TOWNS = ("Алматыда", "Астанада", "Шымкентте", "Оралда", "Таразда", "Түркістанда")
SENTENCES = [((town, "жаңа", "мектеп", "ашылды"), ("B-GPE", "O", "O", "O")) for town in TOWNS]
SENTENCES += [
    ((str(year), "жылы", town, "болдық"), ("B-DATE", "I-DATE", "B-GPE", "O")) for year, town in enumerate(TOWNS, 2001)
]
ROW = SystemRow(
    "small", "small", "sequence_tagger", "bilstm-crf",
    options={"dimensions": 8, "min_count": 1, "bucket": 100, "readings": 2, "members": 1, "marks": 16, "width": 16,
             "dropout": 0.1, "rate": 0.01, "epochs": 30},
)  # fmt: skip


def training(path: Path, sentences=SENTENCES, seed: int = 13) -> Training:
    labelled = [Item(str(n), " ".join(t), g, fields={"tokens": t}) for n, (t, g) in enumerate(sentences)]
    text = [Item("1", "Бүгін Алматыда күн ашық, Астанада қар жауды.")]
    return Training(lambda: text, path / "small", seed, named={"tagging": labelled}.__getitem__)


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    path = tmp_path_factory.mktemp("learned")
    return path, sequence_tagger.load(ROW, [], training(path))


def weights(folder: Path) -> bytes:
    return (folder / "small-0" / "weights.safetensors").read_bytes()


def test_it_learns_what_it_was_shown(learned):
    _, tagger = learned
    answers = tagger.answer([Sentence(tokens) for tokens, _ in SENTENCES])
    assert [answer.labels for answer in answers] == [labels for _, labels in SENTENCES]
    assert all(0.5 < sure <= 1 for answer in answers for sure in answer.sure)
    assert not any(new for answer in answers for new in answer.new)


def test_a_form_never_shown_is_known_by_its_stem_and_shape(learned):
    _, tagger = learned
    [answer] = tagger.answer([Sentence(("2019", "жылы", "Семейде", "болдық"))])
    assert answer.labels == ("B-DATE", "I-DATE", "B-GPE", "O")
    assert answer.new == (True, False, True, False)


def test_two_trainings_are_the_same_to_the_bit(learned, tmp_path):
    path, _ = learned
    sequence_tagger.load(ROW, [], training(tmp_path))
    assert weights(path) == weights(tmp_path)


def test_what_was_learned_is_not_learned_again(learned, monkeypatch):
    path, tagger = learned
    monkeypatch.setattr(train, "_Run", None)
    monkeypatch.setattr(sequence_tagger, "tokens_of", None)
    again = sequence_tagger.load(ROW, [], training(path))
    questions = [Sentence(("Қостанайда", "2020", "жылы"))]
    assert again.answer(questions) == tagger.answer(questions)


class Stopped(Exception):
    """Stands for the moment of a crash."""


def test_stopped_and_started_again_it_learns_the_same(learned, tmp_path, monkeypatch):
    path, _ = learned
    whole = bilstm_crf.Tagging.batch

    def breaking(self, numbers, draw):
        seen.append(numbers)
        if len(seen) > 12:
            raise Stopped
        return whole(self, numbers, draw)

    seen: list[object] = []
    monkeypatch.setattr(train, "KEEP_EVERY", -1.0)  # a checkpoint after every step
    monkeypatch.setattr(bilstm_crf.Tagging, "batch", breaking)
    with pytest.raises(Stopped):
        sequence_tagger.load(ROW, [], training(tmp_path))
    assert (tmp_path / "small-0" / "checkpoint.pt").exists()
    monkeypatch.setattr(bilstm_crf.Tagging, "batch", whole)
    sequence_tagger.load(ROW, [], training(tmp_path))
    assert weights(path) == weights(tmp_path)


def test_several_learn_beside_each_other_and_answer_together(tmp_path):
    row = SystemRow(
        "small", "small", "sequence_tagger", "bilstm-crf", options={**ROW.options, "members": 2, "epochs": 2}
    )
    tagger = sequence_tagger.load(row, [], training(tmp_path))
    assert [len(answer.labels) for answer in tagger.answer([Sentence(SENTENCES[0][0])])] == [4]
    first, second = ((tmp_path / f"small-{n}" / "weights.safetensors").read_bytes() for n in (0, 1))
    assert first != second


HOSTILE = [(), ("",), (" ",), ("\u0000", "\ud800"), ("日本語", "😀" * 50), ("ө" * 5000,), ("Астанада",) * 1000, ("́",)]


@pytest.mark.parametrize("tokens", HOSTILE, ids=lambda tokens: ascii(tokens)[:20])
def test_anything_gets_one_valid_label_a_token(learned, tokens):
    _, tagger = learned
    [(labels, sure, new)] = tagger.answer([Sentence(tokens)])
    assert len(labels) == len(sure) == len(new)
    assert len(labels) == len(tokens) and set(labels) <= set(tagger.labels)
    assert begun(labels) == labels


def test_the_neighbours_in_a_call_change_no_answer(learned):
    _, tagger = learned
    questions = [Sentence(tokens) for tokens in HOSTILE]
    alone = [tagger.answer([question])[0].labels for question in questions]
    assert [answer.labels for answer in tagger.answer(questions)] == alone
    assert tagger.answer([]) == []


def test_a_label_that_continues_nothing_begins_a_name(tmp_path):
    assert begun(("I-GPE", "I-GPE", "O", "B-DATE", "I-GPE")) == ("B-GPE", "I-GPE", "O", "B-DATE", "B-GPE")
    repaired = [(("Алматыда", "жүр"), ("I-GPE", "O"))] * 4
    tagger = sequence_tagger.load(ROW, [], training(tmp_path, repaired))
    assert tagger.labels == ("O", "B-GPE")


def test_raw_text_is_cut_like_labelled_sentences():
    assert tokens_of("«Қарым-қатынас» 2011-шіде, 18,5%.") == (
        ["«", "қарым-қатынас", "»", "0000-шіде", ",", "00", ",", "0", "%", "."]
    )


def test_nothing_to_learn_from_is_said(tmp_path):
    with pytest.raises(EmptyDataset, match="labelled sentence"):
        sequence_tagger.load(ROW, [], training(tmp_path, []))
    with pytest.raises(BadSystem, match="no data"):
        sequence_tagger.load(ROW, [])
