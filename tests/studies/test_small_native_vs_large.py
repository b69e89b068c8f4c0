"""The study of small against large from plan to verdict: on embedded questions, and with a tiny model made on the spot."""

from dataclasses import replace

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.lab import judge, measure, plan, run
from qadam.metrics import names
from qadam.studies.small_native_vs_large import STUDY, expect, fits, present, read
from qadam.terms import NO_ANSWER, Clock, Item, Said, SystemRow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


@pytest.fixture(scope="module")
def walked(home, tmp_path_factory):
    made = plan.make(STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=home)
    assert run.run(made) == ()
    return made, judge.judge(made)


def condition(name):
    return next(c for c in STUDY.protocols["full"].conditions if c.name == name)


def test_the_sample_measures_quality_time_and_paper_and_is_never_evidence(walked):
    made, evidence = walked
    assert not made.blocked and evidence.verdict.demonstration
    found = {(m.system, m.metric): m for m in evidence.measurements}
    assert found["character-5-grams", "accuracy"].n == 48
    assert found["character-5-grams", "seconds_per_item"].n == 30
    # a model of n-grams looks up every character of every option; drawing a letter hashes one line
    assert found["character-5-grams", "seconds_per_item"].low > found["random-letter", "seconds_per_item"].high > 0
    on_paper = [found[system, "least_seconds"].value for system in STUDY.systems["sample"][3:]]
    assert on_paper[0] > 5 * max(on_paper[1:])  # eight thousand million weights against six hundred million


def test_thirty_rounds_stand_in_the_rows_and_the_machine_is_one(walked):
    made, _ = walked
    timed = [cell for cell in made.cells if cell.condition == "choose+timed"]
    rows = [row for cell in timed for row in made.store.rows(cell)]
    assert len(timed) == 3 and {row["rounds"] for row in rows} == {30.0}
    assert len({row["machine"] for row in rows}) == 1


def test_stored_rows_give_the_stored_numbers(walked):
    made, _ = walked
    measure.recompute(made.store, made.protocol, list(made.store.cells()))


def test_every_system_has_its_share_of_the_front(walked):
    share = {m.system: m.value for m in walked[1].measurements if m.metric == "on_front"}
    assert set(share) == {"random-letter", "longest-option", "character-5-grams"}
    assert all(0 <= value <= 1 for value in share.values())
    assert sum(share.values()) >= 1  # somebody always is


def test_prompts_hold_what_the_task_needs():
    question = Item("q-1", {"question": "Қазақстанның астанасы қай қала?", "options": ("Алматы", "Астана")}, "B")
    chosen = present(question, condition("choose"))
    assert chosen.prompt.endswith("қала?\nЖауап:") and chosen.continuations == (" Алматы", " Астана")
    assert present(question, condition("letter")).continuations == (" A", " B")
    assert present(question, condition("choose+timed")) == chosen == present(question, condition("choose+paper"))
    passage = Item("p-1", {"question": "Кім келді?", "passage": "Асан келді."}, ("Асан",))
    assert "Асан келді." in present(passage, condition("read")).prompt
    assert "ORGANISATION" in present(Item("s-1", "Асан келді ."), condition("names")).prompt


def test_the_likeliest_option_is_the_answer_by_character_or_by_letter():
    item = Item("q-1", {"question": "?", "options": ("он", "он бір мың")}, "A")
    said = Said("", item.input["options"], (-6.0, -11.0))  # per character -2 and -1: the long one is likelier
    assert read(said, item, condition("choose")) == "B"
    assert read(said, item, condition("letter")) == "A"
    assert read(Said("Жауап: A", item.input["options"]), item, condition("choose")) == "A"


def test_names_are_read_and_compared_with_the_marked_sentence():
    item = Item("s-1", "Асан Астанада .", ("B-PERSON", "B-GPE", "O"), fields={"tokens": ("Асан", "Астанада", ".")})
    gold = expect(item, condition("names"))
    answer = read(Said("PERSON: Асан\nGPE: Алматыда"), item, condition("names"))
    assert names.count(answer, gold) == {"names_right": 1.0, "names_said": 2.0, "names_gold": 2.0}
    assert read(Said("мен білмеймін"), item, condition("names")) is NO_ANSWER
    assert read(Said("  "), Item("p", {"question": "?"}, ("а",)), condition("read")) is NO_ANSWER


def test_paper_is_for_models_on_paper_alone():
    paper, model = (SystemRow("m", "m", kind, "") for kind in ("on_paper", "language_model"))
    guess = SystemRow("b", "b", "baseline", "")
    assert [fits(row, condition("choose+paper")) for row in (paper, model, guess)] == [True, False, False]
    assert [fits(row, condition("read")) for row in (paper, model, guess)] == [False, True, False]
    assert fits(guess, condition("choose+timed")) and not fits(guess, condition("letter"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, home):
    """A Llama of two layers with random weights, and a vocabulary of 300 learnt on the embedded sentences."""
    torch = pytest.importorskip("torch", reason="a tiny model needs qadam[train]")
    transformers = pytest.importorskip("transformers", reason="a tiny model needs qadam[train]")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    vocabulary = Tokenizer(models.BPE())
    vocabulary.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    vocabulary.decoder = decoders.ByteLevel()
    texts = [item.input["kk"] for item in items.load("parallel-mini/all", home)]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    vocabulary.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=300, special_tokens=["</s>"], initial_alphabet=alphabet)
    )
    folder = tmp_path_factory.mktemp("model") / "tiny-llama"
    transformers.PreTrainedTokenizerFast(tokenizer_object=vocabulary, eos_token="</s>").save_pretrained(folder)
    torch.manual_seed(13)
    shape = transformers.LlamaConfig(
        vocab_size=300,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=512,
        eos_token_id=0,
        bos_token_id=0,
    )
    transformers.LlamaForCausalLM(shape).save_pretrained(folder)
    return folder


def test_a_tiny_model_takes_the_way_of_the_big_ones(tiny, home, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    short = Clock(items=4, repetitions=2, threads=1)  # a busy machine has no time for thirty rounds of thirty
    ways = tuple(replace(c, clock=short) if c.clock else c for c in STUDY.protocols["sample"].conditions)
    study = replace(STUDY, protocols={"sample": replace(STUDY.protocols["sample"], conditions=ways)})
    made = plan.make(study, "sample", out=tmp_path, places=home, systems=(f"hf:{tiny}",))
    assert run.run(made) == ()
    evidence = judge.judge(made)
    found = {(m.condition, m.metric): m for m in evidence.measurements}
    assert found["choose", "accuracy"].n == 48 and 0 <= found["choose", "accuracy"].value <= 0.6
    assert found["letter", "no_answer"].value == 0
    assert found["choose+timed", "seconds_per_item"].low > 1e-4  # four forward passes, never an answer from memory
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "inconclusive"
