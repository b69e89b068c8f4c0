"""The studies that train: their samples walk without torch, their arms differ in one thing, their sizes are what they say."""

import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.studies import byte_vs_bpe, morph_vs_bpe, vocab_size
from qadam.terms import NO_ANSWER, Item, Said

STUDIES = [morph_vs_bpe.STUDY, vocab_size.STUDY, byte_vs_bpe.STUDY]
COUNTED = {
    "morph-vs-bpe": [name for role, name in morph_vs_bpe.SMALL_COUNTED.items() if role != "morfessor"],
    "vocab-size": list(vocab_size.SMALL.values()),
    "byte-vs-bpe": [*byte_vs_bpe.SMALL_COUNTED.values(), "counted-characters-mini"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


@pytest.mark.parametrize("study", STUDIES, ids=lambda s: s.problem)
def test_the_sample_measures_without_torch(study, home, tmp_path):
    made = plan.make(study, "sample", out=tmp_path, places=home, systems=COUNTED[study.problem])
    assert run.run(made) == ()
    evidence = judge.judge(made)
    bits = [m for m in evidence.measurements if m.metric == "bits_per_character"]
    assert len(bits) == len(COUNTED[study.problem]) and all(1 < m.low < m.value < m.high < 8 for m in bits)
    assert evidence.verdict.demonstration and evidence.verdict.effect is not None
    assert any(m.metric.startswith("gain_bits_per") for m in evidence.measurements)
    assert any("could have seen" in reason for reason in evidence.verdict.reasons)


@pytest.mark.parametrize("study", STUDIES, ids=lambda s: s.problem)
def test_every_system_has_a_row_and_the_hash_ends_with_the_rule(study, home, tmp_path):
    for profile, names in study.systems.items():
        assert [tables.system(name).id for name in names] == list(names)
        made = plan.make(study, profile, out=tmp_path, places=home)
        assert made.cells or made.blocked
    other = plan.make(
        study.__class__(**{**study.__dict__, "protocols": {"laptop": study.views["flops"](study.protocols["laptop"])}}),
        "laptop",
        out=tmp_path,
        places=home,
    )
    assert other.protocol_hash != plan.make(study, "laptop", out=tmp_path, places=home).protocol_hash


def test_arms_differ_in_how_they_cut_and_in_nothing_else():
    rows = [tables.system(name) for name in morph_vs_bpe.LEARNED.values()]
    assert len({row.format for row in rows}) == len(rows) == 5
    same = [{k: v for k, v in row.options.items() if k != "datasets"} for row in rows]
    assert all(options == same[0] for options in same)
    assert all(row.options["datasets"]["tagging"] == "kaznerd/valid" for row in rows)


def weights(row):
    """Weights of a decoder of the Llama family with one table of pieces."""
    width, layers = row.options["width"], row.options["layers"]
    inner = round(8 / 3 * width)
    each = 4 * width**2 + 3 * width * inner + 2 * width
    return (row.options["vocabulary"] + 4) * width + layers * each + width


def test_reckoned_weights_are_those_of_the_network():
    pytest.importorskip("torch")
    from qadam.systems.training import shapes

    row = tables.system("network-vocabulary-2k-total")
    network = shapes.causal(row.options["vocabulary"] + 4, row.options, 13)
    assert sum(p.numel() for p in network.parameters()) == weights(row)


@pytest.mark.parametrize("prefix", ["network", "large"])
def test_the_regimes_of_vocab_size_are_what_they_say(prefix):
    names = vocab_size.LEARNED if prefix == "network" else vocab_size.LARGE
    rows = {role: tables.system(name) for role, name in names.items()}
    largest = next(row for role, row in rows.items() if "-" not in role)
    for role, row in rows.items():
        if role.endswith("-body"):
            assert all(row.options[k] == largest.options[k] for k in ("width", "layers", "heads"))
        if role.endswith("-total"):
            assert weights(row) == pytest.approx(weights(largest), rel=0.02)
    assert prefix == "large" or weights(largest) < 3_000_000


def test_nothing_measured_is_learned_from():
    for name in {*morph_vs_bpe.LEARNED.values(), *byte_vs_bpe.LEARNED.values(), *vocab_size.LEARNED.values()}:
        options = tables.system(name).options
        learned = {options["dataset"], *options["datasets"].values()}
        assert learned == {"reading-kk/learned", *options["datasets"].values()}
        assert not learned & {"kaznerd/test", "kazsandra-polarity/test", "reading-kk/held-out"}
    parts = {file.part for file in tables.dataset("reading-kk").files}
    assert not {part for part in parts if "kaznerd" in part or "kazqad" in part or "kazsandra" in part}


def test_models_that_read_on_answer_and_choose_and_nothing_else():
    of = {c.name: c for c in byte_vs_bpe.FULL.conditions}
    asked = {
        name: [c for c in of if byte_vs_bpe.fits(tables.system(name), of[c])]
        for name in ("byt5-small", "network-bytes-large")
    }
    assert asked["byt5-small"] == ["answers", "choices"]
    assert {"language", "names"} <= set(asked["network-bytes-large"]) and not {"answers", "choices"} & set(
        asked["network-bytes-large"]
    )
    assert not {"answers", "choices"} & {c.name for c in byte_vs_bpe.LAPTOP.conditions}


def test_options_are_weighed_by_the_byte():
    of = {c.name: c for c in byte_vs_bpe.FULL.conditions}
    item = Item("1", {"question": "Нешінші?", "options": ("аә", "аәб бв")}, "B")
    shown = byte_vs_bpe.present(item, of["choices"])
    assert shown.continuations == (" аә", " аәб бв") and shown.prompt == "Нешінші?"
    answer = Said("", likelihoods=(-5.0, -9.0))  # by byte -1 and -0.75
    assert (
        byte_vs_bpe.read(answer, item, of["choices"]) == "B" and byte_vs_bpe.expect(item, of["choices"]).letter == "B"
    )
    question = Item("2", {"question": "Қашан?", "passage": "1845 жылы."}, ("1845",))
    assert byte_vs_bpe.present(question, of["answers"]).prompt == "Қашан?\n1845 жылы."
    assert byte_vs_bpe.read(Said(" 1845 "), question, of["answers"]) == "1845"
    assert byte_vs_bpe.read(Said(" "), question, of["answers"]) is NO_ANSWER
    assert byte_vs_bpe.expect(question, of["answers"]) == ("1845",)
