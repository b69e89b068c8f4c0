"""A network trained here answers every kind of question, is trained once, and is the same each time."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from qadam.errors import BadSystem  # noqa: E402
from qadam.systems.load import Training  # noqa: E402
from qadam.systems.training import network, shapes  # noqa: E402
from qadam.terms import Cloze, Document, Item, Passage, Sentence, SystemRow, WordPair  # noqa: E402

LINES = ["Мектепте оқушылар кітап оқиды.", "Ауылда балалар ойнап жүр.", "Қалада жаңа үйлер салынды."] * 10
SENTENCES = [
    (("Алматы", "қаласы"), ("B-GPE", "O")),
    (("Бала", "келді"), ("O", "O")),
    (("Астана", "да"), ("B-GPE", "O")),
] * 10


def training(path: Path, seed: int = 13) -> Training:
    named = {
        "tagging": [Item(str(n), " ".join(t), g, fields={"tokens": t}) for n, (t, g) in enumerate(SENTENCES)],
        "topics": [Item(str(n), line, "school" if "Мектеп" in line else "other") for n, line in enumerate(LINES)],
    }
    text = [Item(str(n), line) for n, line in enumerate(LINES)]
    limits = {"characters": 6000, "epochs": 8}
    return Training(lambda: text, path / f"arm-s{seed}", seed, named=named.__getitem__, limits=limits)


def row(**options: object) -> SystemRow:
    size = {"vocabulary": 300, "width": 16, "layers": 1, "heads": 2, "dataset": "text", **options}
    return SystemRow("arm", "arm", "network", "bpe", options=size)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("trained")
    return path, network.load(row(), [], training(path))


def test_known_text_is_less_surprising(trained):
    _, net = trained
    known, strange = net.answer([Passage(LINES[0]), Passage("Ъыь эъё щцф жзх юяч.")])
    assert known < strange


def test_gaps_are_answered_in_nats(trained):
    _, net = trained
    easy, whole = net.answer([Cloze(LINES[0], ((0, 8),)), Cloze(LINES[0], ((0, 8), (9, 18)))])
    assert 0 < easy < whole


def test_sentences_get_the_labels_of_their_tokens(trained):
    _, net = trained
    answers = net.answer([Sentence(t) for t, _ in SENTENCES[:3]])
    assert [len(a) for a in answers] == [2, 2, 2]
    assert set(sum(answers, ())) <= {"O", "B-GPE"}


def test_documents_get_one_label(trained):
    _, net = trained
    assert set(net.answer([Document(line) for line in LINES[:3]])) <= {"school", "other"}


def test_what_was_trained_is_found_again(trained, monkeypatch):
    path, net = trained
    question = [Passage(LINES[1]), Passage(LINES[2])]
    first = net.answer(question)
    monkeypatch.setattr("qadam.systems.training.train._Run", None)  # training again would fail
    assert network.load(row(), [], training(path)).answer(question) == first


def test_two_seeds_share_the_vocabulary_and_differ_in_weights(trained):
    path, net = trained
    other = network.load(row(), [], training(path, seed=14))
    assert other.pieces.pieces == net.pieces.pieces
    assert other.answer([Passage(LINES[0])]) != net.answer([Passage(LINES[0])])
    assert len(list(path.glob("pieces-*.json"))) == 1


def test_a_question_it_cannot_answer_is_named(trained):
    _, net = trained
    with pytest.raises(BadSystem, match="WordPair"):
        net.answer([WordPair("ана", "әке")])


def test_first_weights_leave_the_global_generator_alone(trained):
    _, net = trained
    torch.manual_seed(5)
    before = torch.get_rng_state()
    shapes.causal(300, net._size(), 13)
    assert torch.equal(before, torch.get_rng_state())
