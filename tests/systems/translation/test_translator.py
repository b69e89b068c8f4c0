"""Translators: paths of several languages, pairs both ways, lessons, memory; a real model of random weights; a stand-in for Apertium."""

import os
import stat
from pathlib import Path

import pytest

from qadam.catalogue import tables
from qadam.errors import CannotGet, ExtraMissing, NotAnswered
from qadam.systems.load import Training, load
from qadam.systems.training.lessons import ARMS, direction, lessons
from qadam.systems.translation import translator
from qadam.terms import Ask, Crossed, Item, Pair, Said, SystemRow

KNOWN = [
    ("қар жауды", "it snowed"),
    ("күн шықты", "the sun rose"),
    ("жаңбыр жауды", "it rained"),
    ("жел тұрды", "wind rose"),
]


def ask(text, path):
    return Ask("1", path, "", question=text, languages=tuple(path.split("-")))


def trained(arm="real", seed=13):
    items = [Item(str(n), {"kk": kk, "en": en}) for n, (kk, en) in enumerate(KNOWN)]
    options = {"pairs": ["kk-en"], "lessons": arm, "datasets": {"translating": "x"}}
    return SystemRow("m", "m", "translator", "memory", options=options), Training(
        lambda: (), Path("."), seed, named=lambda _: items
    )


def test_a_copy_comes_back_as_it_went():
    system = load(tables.system("copy"), ())
    asks = [ask("Қар жауды.", "kk-ky-kk"), ask("Күн", "kk-uz")]
    assert system.answer(asks) == [Said("Қар жауды.", before=("Қар жауды.",)), Said("Күн")]


def test_there_and_back_and_pairs_go_the_same_ways():
    system = load(tables.system("sound-laws"), ())
    (said,) = system.answer([ask("Бұл жолдар", "kk-ky-kk")])
    assert said == Said("Бұл жолдар", before=("Бул жолдор",))
    assert system.answer([Pair("Бұл", "Бул", ("kk", "ky"))]) == [Crossed("Бул", "Бұл")]
    assert system.answer([]) == []


def test_lessons_differ_by_the_source_of_the_second_half_alone():
    taken = {
        arm: lessons(*trained(arm), lambda pairs, texts: [f"back {len(pairs)} {t}" for t in texts]) for arm in ARMS
    }
    few = taken["few"]
    rest = [pair for pair in KNOWN if pair not in few]
    assert len(few) == len(rest) == 2 and taken["real"] == [*few, *rest]
    assert taken["synthetic"] == [*few, *((f"back 2 {second}", second) for _, second in rest)]
    assert taken["copied"] == [*few, *((second, second) for _, second in rest)]
    assert direction(trained()[0]) == ("kk", "en")


def test_which_half_is_known_is_drawn_by_the_seed():
    drawn = [lessons(*trained("few", seed), lambda pairs, texts: []) for seed in range(10)]
    assert drawn[3] == lessons(*trained("few", 3), lambda pairs, texts: []) and len({tuple(d) for d in drawn}) > 2


def test_a_memory_answers_with_the_nearest():
    row, training = trained()
    system = load(row, (), training=training)
    assert [s.text for s in system.answer([ask("Қалың қар жауды", "kk-en"), ask("күн", "kk-en")])] == [
        "it snowed",
        "the sun rose",
    ]


@pytest.fixture
def apertium(tmp_path, monkeypatch):
    def stand_in(body):
        program = tmp_path / "apertium"
        program.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then echo kaz-kir; exit; fi\n{body}\n')
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return load(tables.system("apertium-kaz-kir"), ())

    return stand_in


def test_apertium_is_called_line_by_line(apertium):
    system = apertium("sed 's/ұ/у/g'")
    assert [s.text for s in system.answer([ask("бұл\nқар", "kk-ky"), ask("тұр", "kk-ky")])] == ["бул қар", "тур"]


def test_apertium_that_fails_or_is_absent_says_what_to_do(apertium, monkeypatch):
    with pytest.raises(NotAnswered, match="of 1 lines"):
        apertium("exit 3").answer([ask("бұл", "kk-ky")])
    monkeypatch.setattr(translator.shutil, "which", lambda name: None)
    with pytest.raises(ExtraMissing, match="Apertium") as fault:
        load(tables.system("apertium-kaz-kir"), ())
    assert "apt install" in fault.value.next_step


def row_of(format_, **options):
    codes = {"kk": "kaz_Cyrl", "ky": "kir_Cyrl"}
    return SystemRow("tiny", "tiny", "translator", format_, note="convert it", options={"codes": codes, **options})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A model of the shape of NLLB, with random weights, and a tokenizer made on the spot."""
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    folder = tmp_path_factory.mktemp("tiny")
    specials = ["<s>", "<pad>", "</s>", "<unk>", "kaz_Cyrl", "kir_Cyrl"]
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.train_from_iterator([kk for kk, _ in KNOWN], trainers.BpeTrainer(vocab_size=60, special_tokens=specials))
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), specials, strict=False))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **names)
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=1024,
        bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2, max_length=40,
    )  # fmt: skip
    torch.manual_seed(13)
    transformers.M2M100ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_model_of_hugging_face_translates_whatever_its_weights_say(tiny):
    system = load(row_of("transformers", repo=str(tiny)), ())
    asks = [ask("қар жауды", "kk-ky"), ask("", "kk-ky"), ask("күн", "kk-ky")]
    first = system.answer(asks)
    assert first[1].text == "" and all(isinstance(s.text, str) for s in first)
    assert system.answer(asks) == first, "beams draw nothing"


def test_a_model_that_is_not_there_is_named():
    pytest.importorskip("transformers")
    with pytest.raises(CannotGet, match="/nowhere/at/all cannot be loaded"):
        load(row_of("transformers", repo="/nowhere/at/all"), ())


def test_a_converted_model_answers_or_is_asked_for(tiny, tmp_path, monkeypatch):
    ctranslate2 = pytest.importorskip("ctranslate2")
    monkeypatch.delenv("QADAM_CT2", raising=False)
    with pytest.raises(CannotGet, match="converted for CTranslate2") as fault:
        load(row_of("ctranslate2", folder="tiny"), ())
    assert fault.value.next_step == "convert it"
    out = tmp_path / "tiny"
    ctranslate2.converters.TransformersConverter(
        str(tiny), copy_files=["tokenizer.json", "tokenizer_config.json"]
    ).convert(str(out), quantization="int8")
    monkeypatch.setenv("QADAM_CT2", str(tmp_path))
    system = load(row_of("ctranslate2", folder="tiny"), ())
    said = system.answer([ask("қар жауды", "kk-ky"), ask("күн", "kk-ky")])
    assert len(said) == 2 and all(isinstance(s.text, str) for s in said)


def test_one_sentence_for_all_is_the_one_most_like_the_others():
    texts = ["the plan of the ministry", "the plan of the bank", "snow", "the plan of the year"]
    assert translator.typical(texts) in texts and translator.typical(texts) != "snow"
    items = [Item(str(n), {"kk": str(n), "en": text}) for n, text in enumerate(texts)]
    row = SystemRow(
        "one", "one", "translator", "typical", options={"pairs": ["kk-en"], "datasets": {"translating": "x"}}
    )
    system = load(row, [], training=Training(tuple, Path("nowhere"), named=lambda skill: items))
    said = system.answer([ask("қар", "kk-en"), ask("жел", "kk-en")])
    assert said[0] == said[1] and said[0].text in texts and "snow" not in said[0].text
