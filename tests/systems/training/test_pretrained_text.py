"""Encoder-decoders that read on: the same text hidden whatever the vocabulary, likelihoods that are chances, answers kept."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.errors import BadSystem, CannotGet
from qadam.systems.load import Training, load
from qadam.systems.training import pretrained_text
from qadam.terms import Ask, Item

TEXT = [
    "Абай Құнанбайұлы 1845 жылы туған.",
    "Алматы — еліміздегі ең ірі қала.",
    "Бүгін ауа райы суық болады деп күтілуде.",
] * 4
QUESTIONS = [
    Item(str(n), {"question": "Абай қашан туған?", "passage": text}, (answer,))
    for n, (text, answer) in enumerate(zip(TEXT[:3], ("1845", "ірі", "суық"), strict=True))
]


def training(path, **limits):
    reading = [Item(str(n), text) for n, text in enumerate(TEXT)]
    given = {"characters": 800, "epochs": 1, "batch": 2, **limits}
    return Training(lambda: reading, path / "kept", named={"reading": QUESTIONS}.__getitem__, limits=given)


@pytest.fixture(scope="module", params=["bytes", "pieces"])
def tiny(request, tmp_path_factory):
    """A T5 with random weights, on bytes or on 150 pieces, made on the spot."""
    pytest.importorskip("torch", reason="pip install 'qadam[train]'")
    transformers = pytest.importorskip("transformers", reason="pip install 'qadam[train]'")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    gaps = [f"<extra_id_{n}>" for n in range(20)]
    if request.param == "bytes":
        tokenizer = transformers.ByT5Tokenizer()
    else:
        special = ["<pad>", "</s>", "<unk>", *gaps]
        library = Tokenizer(models.Unigram())
        library.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=150, special_tokens=special, unk_token="<unk>", show_progress=False
        )
        library.train_from_iterator(TEXT, trainer)
        library.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_object=library, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
        )
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, decoder_start_token_id=0
    )
    folder = tmp_path_factory.mktemp(request.param)
    tokenizer.save_pretrained(folder)
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def row(repo):
    made = tables.system("byt5-small")
    return replace(made, options={**made.options, "repo": str(repo), "rate": 0.003})


def test_the_whole_way_from_reading_to_answers(tiny, tmp_path):
    system = load(row(tiny), (), training=training(tmp_path))
    asked = [Ask("1", "read", pretrained_text.shown(item)) for item in QUESTIONS]
    chosen = [Ask("1", "school", "Абай қашан туған?", continuations=(" 1845", " 1945 жылы", " 1845"))]
    texts, [said] = system.answer(asked), system.answer(chosen)
    assert len(texts) == 3 and all(isinstance(reply.text, str) for reply in texts)
    assert (
        said.likelihoods[0] == pytest.approx(said.likelihoods[2], abs=1e-4)
        and said.likelihoods[1] < said.likelihoods[0] < 0
    )
    again = load(row(tiny), (), training=replace(training(tmp_path), items=lambda: [Item("1", TEXT[0])]))
    assert again.answer(asked) == texts  # read from what was kept


def test_likelihoods_are_chances_of_what_may_follow(tiny, tmp_path):
    """Of all single pieces that can stand in the gap, the chances sum to one with those of the pieces that cannot be written."""
    system = load(row(tiny), (), training=training(tmp_path))
    letters = [f"{letter}" for letter in "абвгд"]
    [said] = system.answer([Ask("1", "school", "Абай", continuations=tuple(letters))])
    assert 0 < sum(map(exp, said.likelihoods)) < 1


def test_it_learns_to_answer(tiny, tmp_path):
    system = load(row(tiny), (), training=training(tmp_path, epochs=30))
    from qadam.systems.training import train

    system._reader  # noqa: B018 taught when it is first looked at
    [folder] = [p for p in tmp_path.glob("kept-reading-*") if not p.name.startswith("kept-reading-on")]
    course = train.restore(system._reader, folder)
    assert course.curve[-1][1] < course.curve[0][1]


def test_the_same_words_are_hidden_whatever_the_pieces():
    text = " ".join(f"сөз{letter}" for letter in "абвгдежзийклмнопрсту")
    shown, hidden = pretrained_text.gapped(text, np.random.default_rng(5))
    assert (shown, hidden) == pretrained_text.gapped(text, np.random.default_rng(5))
    gaps = shown.count("<extra_id_")
    assert hidden.count("<extra_id_") == gaps + 1 and hidden.endswith(f"<extra_id_{gaps}>")
    parts = hidden.split("<extra_id_")[1:]
    back = shown
    for n, part in enumerate(parts[:-1]):
        back = back.replace(f"<extra_id_{n}>", part.removeprefix(f"{n}>"))
    assert back == text
    assert pretrained_text.gapped("12, 13!", np.random.default_rng(1)) == ("12, 13!", "<extra_id_0>")


def test_what_is_missing_is_named(tmp_path):
    pytest.importorskip("transformers", reason="pip install 'qadam[train]'")
    with pytest.raises(BadSystem, match="names no text"):
        load(row("x"), ())
    with pytest.raises(CannotGet, match="cannot be loaded"):
        load(row(tmp_path / "nowhere"), (), training=training(tmp_path))
