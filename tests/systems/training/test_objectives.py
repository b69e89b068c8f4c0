"""What networks learn from: the same words hidden for every vocabulary, offsets right, valid paths, likelihoods by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from qadam.systems.training import objectives, pieces  # noqa: E402
from qadam.terms import Cloze, Passage  # noqa: E402

LINES = [
    "Мектептерімізде оқушылар көп.",
    "Балаларымызға кітап керек!",
    "Біз 2024 жылы ауылға бардық, ал олар қалада.",
] * 6
LABELS = ("O", "B-GPE", "I-GPE", "B-DATE", "I-DATE")


@pytest.fixture(scope="module", params=["bpe", "morphology-bpe", "bytes", "characters"])
def cutting(request, tmp_path_factory):
    to = tmp_path_factory.mktemp("pieces") / "arm.json"
    pieces.train(request.param, LINES, vocabulary=400, seed=13, to=to)
    return pieces.load(to)


def encoder(cutting, classes=0, tagger=False):
    from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification, BertForTokenClassification

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=cutting.size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=classes or 2,
        max_position_embeddings=2048,
    )
    kind = BertForTokenClassification if tagger else BertForSequenceClassification if classes else BertForMaskedLM
    return kind(config).eval()


def decoder(cutting):
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=cutting.size, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2
        )
    ).eval()


@settings(max_examples=50, deadline=None)
@given(lines=st.lists(st.text(alphabet="аб вгұ", max_size=40), max_size=8), most=st.integers(5, 30))
def test_windows_lose_no_word_and_keep_their_size(lines, most):
    made = objectives.windows(lines, characters=most)
    assert all(len(window) <= most for window in made)
    assert "".join(made).replace(" ", "").replace("\n", "") == "".join(lines).replace(" ", "")


def test_hidden_are_exactly_the_gaps(cutting):
    text = LINES[2]
    gaps = tuple(m.span() for m in objectives.WORD.finditer(text))[1:4:2]
    ids, labels = objectives._hidden(cutting, Cloze(text, gaps))
    hidden = cutting.decode(label for label in labels if label != objectives._NO_LOSS)
    assert hidden.replace(" ", "") == "".join(text[a:b] for a, b in gaps)
    shown = [label if label != objectives._NO_LOSS else number for number, label in zip(ids, labels, strict=True)]
    assert cutting.decode(shown[1:]) == text


def test_every_vocabulary_hides_the_same_words(tmp_path):
    hidden = []
    for arm in ("bpe", "bytes", "random-bpe"):
        pieces.train(arm, LINES, vocabulary=400, seed=13, to=tmp_path / arm)
        cutting = pieces.load(tmp_path / arm)
        batch = objectives.Masked(cutting, LINES).batch([0, 1, 2], np.random.default_rng(5))
        rows = batch.inputs["labels"]
        hidden.append(
            [cutting.decode(int(n) for n in row if n != objectives._NO_LOSS).replace(" ", "") for row in rows]
        )
    assert hidden[0] == hidden[1] == hidden[2]


def test_surprise_of_a_passage_equals_the_chain_rule(cutting):
    network, text = decoder(cutting), "Біз бардық."
    ids = [pieces.END, *cutting.encode(text)]
    with torch.inference_mode():
        by_hand = -sum(
            float(torch.log_softmax(network(input_ids=torch.tensor([ids[:i]])).logits[0, -1], dim=-1)[ids[i]])
            for i in range(1, len(ids))
        )
    other = "Мектептерімізде оқушылар көп болды, балаларымызға кітап керек!"
    together = objectives.surprise(network, cutting, [Passage(other), Passage(text)])
    assert together[1] == pytest.approx(by_hand, rel=1e-4)


def test_surprise_of_gaps_does_not_depend_on_the_neighbours_in_the_batch(cutting):
    network = encoder(cutting)
    questions = [Cloze(line, (objectives.WORD.search(line).span(),)) for line in LINES[:3]]
    alone = [objectives.surprise(network, cutting, [q])[0] for q in questions]
    assert objectives.surprise(network, cutting, questions) == pytest.approx(alone, rel=1e-4)


def test_a_sentence_gets_a_label_for_each_token(cutting):
    sentences = [("Алматы", "қаласында", "«", "2024", "жылы", "»"), ("иә",), ("", "бос")]
    answers = objectives.label(encoder(cutting, len(LABELS), tagger=True), cutting, sentences, LABELS)
    assert [len(a) for a in answers] == [6, 1, 2]
    for tags in answers:
        for before, after in zip(("O", *tags), tags, strict=False):
            assert objectives._may_follow(after, before)


@pytest.mark.parametrize("labels", [LABELS, ("A", "A.", "a", "a,")], ids=["names", "marks"])
def test_a_long_sentence_is_labelled_stretch_by_stretch(cutting, labels):
    network = encoder(cutting, len(labels), tagger=True)
    sentence = tuple(f"сөз{n % 7}" for n in range(400))
    (answer,) = objectives.label(network, cutting, [sentence], labels)
    stretch = (objectives.SHOWN + 1) // 5
    apart = [sentence[at : at + stretch] for at in range(0, 400, stretch)]
    assert answer == sum(objectives.label(network, cutting, apart, labels), ())


def test_of_what_is_too_long_nothing_is_learned(cutting):
    sentence = ("сөз",) * 400
    seen = (objectives.SHOWN + 1) // 4
    ids, firsts = objectives._shown(cutting, sentence)
    assert cutting.decode(ids) == " ".join(sentence[:seen]) and firsts[seen:] == [None] * (400 - seen)
    assert cutting.decode(objectives._shown(cutting, "ә" * 900)[0]) == "ә" * objectives.SHOWN
    (answer,) = objectives.label(encoder(cutting, len(LABELS), tagger=True), cutting, [("ә" * 900, "иә")], LABELS)
    assert len(answer) == 2


def test_the_first_piece_of_a_token_is_where_its_text_begins(cutting):
    tokens = ("Алматы", "қаласында", "-", "2024", "жылы")
    ids, firsts = objectives._shown(cutting, tokens)
    assert cutting.decode(ids) == " ".join(tokens)
    for token, place in zip(tokens, firsts, strict=True):
        assert cutting.decode(ids[place:]).lstrip(" ").startswith(token[0]) or token[0].encode().startswith(
            cutting.pieces[ids[place]].strip()
        )


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.lists(st.floats(-5, 0), min_size=5, max_size=5), min_size=1, max_size=4))
def test_the_best_path_is_the_best_of_all(values):
    import itertools

    rows = np.array(values)
    path = objectives.best_path(rows, LABELS)

    def score(tags):
        valid = all(objectives._may_follow(b, a) for a, b in zip(("O", *tags), tags, strict=False))
        return sum(rows[i, LABELS.index(t)] for i, t in enumerate(tags)) if valid else -math.inf

    best = max(score(tags) for tags in itertools.product(LABELS, repeat=len(rows)))
    assert score(path) == pytest.approx(best)


def test_a_text_gets_one_label(cutting):
    network = encoder(cutting, 3)
    answers = objectives.label(network, cutting, list(LINES[:3]), ("a", "b", "c"))
    assert len(answers) == 3 and set(answers) <= {"a", "b", "c"}


def test_labels_reach_the_network_at_the_first_pieces(cutting):
    task = objectives.Labelled(cutting, [(("Алматы", "бар"), ("B-GPE", "O"))], LABELS)
    labels = task.batch([0], np.random.default_rng(1)).inputs["labels"][0].tolist()
    assert [n for n in labels if n != objectives._NO_LOSS] == [1, 0]
