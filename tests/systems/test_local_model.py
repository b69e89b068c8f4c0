"""A local model without its packages says what to install; with them, a tiny one made here answers and is kept."""

from importlib.util import find_spec

import pytest

from qadam.errors import ExtraMissing
from qadam.systems.language_model import addressed, load
from qadam.systems.load import Training
from qadam.terms import Ask

TRAINED = find_spec("torch") is not None and find_spec("transformers") is not None


@pytest.mark.skipif(TRAINED, reason="torch and transformers are installed")
def test_without_the_extra_the_command_is_named(tmp_path):
    with pytest.raises(ExtraMissing, match="torch and transformers") as caught:
        load(addressed("hf:Qwen/Qwen3-0.6B"), [], Training(tuple, tmp_path / "answers.jsonl"))
    assert caught.value.next_step == "pip install 'qadam[train]'"


@pytest.mark.skipif(not TRAINED, reason="torch and transformers are not installed: pip install 'qadam[train]'")
def test_a_tiny_model_made_here_answers_the_same_twice(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    library = Tokenizer(models.WordLevel({"[UNK]": 0, "[EOS]": 1, "Жауап": 2, ":": 3, "A": 4, "B": 5}, "[UNK]"))
    library.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=library, unk_token="[UNK]", eos_token="[EOS]")
    config = LlamaConfig(vocab_size=6, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
    LlamaForCausalLM(config).save_pretrained(tmp_path / "tiny")
    tokenizer.save_pretrained(tmp_path / "tiny")

    asks = [Ask(f"q{n}", "direct-kk", f"Жауап : {n}", characters=4) for n in range(10)]
    said = [
        load(addressed(f"hf:{tmp_path / 'tiny'}"), [], Training(tuple, tmp_path / name)).answer(asks)
        for name in ("one.jsonl", "two.jsonl")
    ]
    assert said[0] == said[1] and len(said[0]) == 10
