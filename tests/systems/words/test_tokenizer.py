"""Tokenizers cut like their own libraries, and say clearly when a file is not one."""

import json
import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import tiktoken
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, pre_tokenizers

from qadam.errors import BadTokenizer, ExtraMissing
from qadam.systems import load
from qadam.systems.words import tokenizer
from qadam.terms import SystemRow

TEXTS = [
    "Мектептеріңізде қанша оқушы бар? Жүз елу.",
    "«Қадір-қасиеті» — ә ғ қ ң ө ұ ү һ і; 3,5 % и 12:30",
    "<|endoftext|> is text here, emoji 🐎 too",
    "قازاق ٴتىلى",
    "",
    " \n\t ",
]
PACKAGE = Path(find_spec("bpe_openai").origin).parent / "data"


def row(name, form, **options):
    return SystemRow(name, name, "tokenizer", form, options=options)


@pytest.fixture(scope="module")
def gpt4o():
    return tokenizer.load(row("o200k_base", "tiktoken", encoding="o200k_base"), [PACKAGE / "o200k_base.tiktoken.gz"])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("bpe") / "kk.json"
    tokenizer.train_bpe(["мектеп мектептер мектептерімізде оқушы оқушылар"] * 5, vocabulary=320, path=path)
    return path


def covered(tokens, text):
    """Every character lies in some token and tokens never run backwards."""
    seen = set()
    for a, b in zip(tokens.starts, tokens.ends, strict=True):
        assert 0 <= a < b <= len(text)
        seen.update(range(a, b))
    assert seen == set(range(len(text)))
    assert list(tokens.starts) == sorted(tokens.starts)


@pytest.mark.parametrize("text", TEXTS)
def test_every_adapter_covers_the_text_and_counts_what_it_cuts(gpt4o, trained, text):
    every = [
        gpt4o,
        tokenizer.load(row("b", "bytes"), []),
        tokenizer.load(row("c", "characters"), []),
        tokenizer.load(row("t", "tokenizer.json"), [trained]),
    ]
    for system in every:
        [cut] = system.answer([text])
        covered(cut, text)
        assert system.count([text]) == [len(cut.starts)]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_gpt4o_offsets_agree_with_tiktokens_own(gpt4o, text):
    [cut] = gpt4o.answer([text])
    ids = gpt4o._encoding.encode_ordinary(text)
    assert len(cut.starts) == len(ids)
    _, offsets = gpt4o._encoding.decode_with_offsets(ids)
    assert all(abs(a - b) <= 1 for a, b in zip(cut.starts, offsets, strict=True))  # tiktoken rounds inside letters


def test_openai_vocabulary_needs_no_download(gpt4o, monkeypatch):
    monkeypatch.setattr(tiktoken.load, "read_file", lambda *_: pytest.fail("downloaded"))
    assert tokenizer.load(row("cl100k_base", "tiktoken", encoding="cl100k_base"), [PACKAGE / "cl100k_base.tiktoken.gz"])


def test_text_that_looks_like_a_special_token_is_text(gpt4o):
    [cut] = gpt4o.answer(["<|endoftext|>"])
    assert len(cut.starts) > 1


def test_the_same_texts_train_the_same_bpe(tmp_path, trained):
    again = tokenizer.train_bpe(
        ["мектеп мектептер мектептерімізде оқушы оқушылар"] * 5, vocabulary=320, path=tmp_path / "b.json"
    )
    assert again.read_bytes() == trained.read_bytes()


@pytest.mark.parametrize(
    "content, form",
    [
        (b"{}", "tokenizer.json"),
        (b"not json", "tokenizer.json"),
        (b'{"model": {"type": "BPE"}}', "tokenizer.json"),
        (b"\xff\xfe\x00", "tokenizer.json"),
        (b"", "tokenizer.json"),
        (b'{"config": {}}', "tekken"),
        (b"abc", "tiktoken"),
        (b"!! 1\n", "tiktoken"),
    ],
)
def test_a_file_that_is_not_a_tokenizer_is_named(tmp_path, content, form):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(BadTokenizer, match=r"x\.json"):
        tokenizer.load(row("x", form, encoding="o200k_base"), [path])


def test_a_kind_without_adapter_says_so():
    with pytest.raises(ExtraMissing, match="clairvoyant"):
        load.load(SystemRow("x", "x", "clairvoyant", "any"), [])


@pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: real vocabularies are not here")
def test_a_letter_cut_into_bytes_spans_that_letter_in_both_libraries():
    path = Path(os.environ["QADAM_MIRROR"], "huggingface.co/Qwen/Qwen2.5-7B/resolve/main/tokenizer.json.gz")
    system = tokenizer.load(row("qwen2.5", "tokenizer.json"), [path])
    text = "Ғұлама 𓀀𐰴 қадам"  # an Egyptian and an Old Turkic letter, in no vocabulary
    [cut] = system.answer([text])
    covered(cut, text)
    assert len(np.unique(cut.starts)) < len(cut.starts)  # at least one letter is cut


@pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: real vocabularies are not here")
def test_tekken_leaves_its_special_tokens_out():
    path = Path(
        os.environ["QADAM_MIRROR"], "huggingface.co/mistralai/Mistral-Nemo-Base-2407/resolve/main/tekken.json.gz"
    )
    system = tokenizer.load(row("tekken", "tekken"), [path])
    assert len(system._lengths) == 131_072 - 1_000
    json.dumps(system.count(["Қадам"]))


def test_vocabulary_and_merges_cut_like_the_json_they_came_from(tmp_path, trained):
    model = json.loads(trained.read_text("utf-8"))["model"]
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]), "utf-8")
    merges = [" ".join(pair) if isinstance(pair, list) else pair for pair in model["merges"]]
    (tmp_path / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges), "utf-8")
    pair = tokenizer.load(row("p", "vocab+merges"), [tmp_path / "vocab.json", tmp_path / "merges.txt"])
    whole = tokenizer.load(row("w", "tokenizer.json"), [trained])
    assert pair.count(TEXTS) == whole.count(TEXTS)


def words_only(*vocabulary, unknown="[UNK]"):
    library = tokenizers.Tokenizer(models.WordLevel({w: i for i, w in enumerate(vocabulary)}, unk_token=unknown))
    library.pre_tokenizer = pre_tokenizers.Whitespace()
    return library


def test_what_a_vocabulary_lacks_costs_its_bytes_not_one_token(tmp_path):
    words_only("[UNK]", "бар").save(str(tmp_path / "poor.json"))
    system = tokenizer.load(row("poor", "tokenizer.json"), [tmp_path / "poor.json"])
    [cut] = system.answer(["бар үй"])
    assert list(zip(cut.starts, cut.ends, strict=True)) == [(0, 3), (4, 5), (4, 5), (5, 6), (5, 6)]
    assert system.count(["бар үй"]) == [5]


def test_letters_that_are_dropped_in_silence_cost_their_bytes_too(tmp_path):
    library = tokenizers.Tokenizer(models.BPE({"а": 0, "б": 1}, []))
    library.save(str(tmp_path / "dropping.json"))
    system = tokenizer.load(row("dropping", "tokenizer.json"), [tmp_path / "dropping.json"])
    assert system.count(["аәб"]) == [4]


def test_a_text_that_cannot_be_cut_is_a_fault_of_the_tokenizer(tmp_path):
    words_only("Қадам", unknown="[нет]").save(str(tmp_path / "narrow.json"))
    system = tokenizer.load(row("narrow", "tokenizer.json"), [tmp_path / "narrow.json"])
    with pytest.raises(BadTokenizer, match="narrow"):
        system.answer(["сөз"])
