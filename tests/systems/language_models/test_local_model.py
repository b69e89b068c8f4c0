"""A local model without its packages says what to install; with them, tiny ones made here answer, and score exactly."""

from importlib.util import find_spec

import pytest

from qadam.errors import BadSystem, BudgetSpent, ExtraMissing
from qadam.systems.language_models import local_model
from qadam.systems.language_models.language_model import addressed, load
from qadam.systems.load import Training
from qadam.systems.spending import Purse, Spending
from qadam.terms import Ask

TRAINED = find_spec("torch") is not None and find_spec("transformers") is not None
needs_torch = pytest.mark.skipif(
    not TRAINED, reason="torch and transformers are not installed: pip install 'qadam[train]'"
)
LETTERS = [*"abcАӘБВҒжауп: ?0123456789", "ап", " А"]


def test_without_the_extra_the_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(ExtraMissing, match="torch and transformers") as caught:
        load(addressed("hf:Qwen/Qwen3-0.6B"), [], Training(tuple, tmp_path / "answers.jsonl"))
    assert caught.value.next_step == "pip install 'qadam[train]'"


def make(folder, *, begins, rows=None):
    """A Llama of one layer with random weights, over letters and two merged pairs; with or without a mark to begin."""
    import torch
    from tokenizers import Tokenizer, decoders, models, processors
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(13)
    torch.set_num_threads(1)
    vocabulary = {token: n for n, token in enumerate(["[UNK]", "[BOS]", "[EOS]", *LETTERS])}
    library = Tokenizer(models.BPE(vocabulary, [("а", "п"), (" ", "А")], unk_token="[UNK]"))
    library.decoder = decoders.Fuse()
    if begins:
        library.post_processor = processors.TemplateProcessing(single="[BOS] $A", special_tokens=[("[BOS]", 1)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=library, unk_token="[UNK]", bos_token="[BOS]", eos_token="[EOS]"
    )
    config = LlamaConfig(
        vocab_size=rows or len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=1,
        num_attention_heads=2, bos_token_id=1, eos_token_id=2, initializer_range=0.5,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=[True, False], ids=["begins with a mark", "begins bare"])
def tiny(request, tmp_path_factory):
    if not TRAINED:
        pytest.skip("torch and transformers are not installed: pip install 'qadam[train]'")
    return make(tmp_path_factory.mktemp("tiny"), begins=request.param)


def opened(folder, kept, purse=None):
    return load(addressed(f"hf:{folder}"), [], Training(tuple, kept, purse=purse))


def asks(n):
    """Prompts of many lengths; "ап" joins over the border where the prompt ends in а, and " А" is a token of its own."""
    prompts = [f"{'abc' * (i % 7)} жауа{'' if i % 2 else ':'}" for i in range(n)]
    return [Ask(f"q{i}", "c", prompt, continuations=("п", " А", " ӘБ", "123")) for i, prompt in enumerate(prompts)]


def direct(folder, text):
    """log P(text) by the definition: one text, one token after another, nothing padded, nothing shared."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    ids = tokenizer(text)["input_ids"]
    total = 0.0
    with torch.inference_mode():
        for n in range(1, len(ids)):
            logits = model(torch.tensor([ids[:n]])).logits[0, -1].double()
            total += float(torch.log_softmax(logits, 0)[ids[n]])
    return total


def test_likelihoods_are_those_of_a_direct_computation(tiny, tmp_path):
    said = opened(tiny, tmp_path / "a").answer(asks(9))
    for ask, one in zip(asks(9), said, strict=True):
        expected = [direct(tiny, ask.prompt + text) - direct(tiny, ask.prompt) for text in ask.continuations]
        assert one.likelihoods == pytest.approx(expected, abs=1e-4)


def test_neither_batch_nor_padding_nor_order_moves_a_likelihood(tiny, tmp_path, monkeypatch):
    together = opened(tiny, tmp_path / "a").answer(asks(12))
    monkeypatch.setattr(local_model, "TOGETHER", 1)
    alone = opened(tiny, tmp_path / "b").answer(asks(12)[::-1])[::-1]
    monkeypatch.setattr(local_model, "TOGETHER", 50)
    monkeypatch.setattr(local_model, "SCORED", 40)
    small = opened(tiny, tmp_path / "c").answer(asks(12))
    for one, two, three in zip(together, alone, small, strict=True):
        assert one.likelihoods == pytest.approx(two.likelihoods, abs=1e-4)
        assert one.likelihoods == pytest.approx(three.likelihoods, abs=1e-4)


def test_answers_are_the_same_in_any_company_and_end_with_their_room(tiny, tmp_path, monkeypatch):
    questions = [Ask(f"q{n}", "c", "abc" * (n % 5) + f"жауап {n}", characters=3 + n % 3) for n in range(10)]
    model = opened(tiny, tmp_path / "a")
    together = model.answer(questions)
    monkeypatch.setattr(local_model, "TOGETHER", 1)
    assert together == opened(tiny, tmp_path / "b").answer(questions)
    assert all(len(said.text) <= ask.characters for said, ask in zip(together, questions, strict=True))
    assert any(said.text for said in together)
    usage = model.usage
    assert usage["questions"] == 10 and usage["uncounted"] == 0 and usage["served"] == [f"{tiny} main"]
    assert 0 < usage["completion_tokens"] <= sum(2 * ask.characters for ask in questions)


def test_a_cap_on_tokens_stops_between_batches_and_the_next_run_goes_on(tiny, tmp_path):
    purse = Purse(Spending(tokens=600))
    with pytest.raises(BudgetSpent, match=r"left of 600 tokens .* of 36 open questions were answered now"):
        opened(tiny, tmp_path / "a", purse).answer(asks(9))
    first = purse.spent
    assert 0 < first.questions < 36 and first.tokens <= 600
    again = Purse()
    opened(tiny, tmp_path / "a", again).answer(asks(9))
    assert first.questions + again.spent.questions == 36


@needs_torch
def test_a_vocabulary_that_is_not_the_models_own_is_refused(tmp_path):
    make(tmp_path / "tiny", begins=True, rows=8)
    with pytest.raises(BadSystem, match=r"has \d+ tokens, the model only 8"):
        opened(tmp_path / "tiny", tmp_path / "a").answer(asks(1))
