"""A model file of llama.cpp: a tiny one written here where the packages are, else a stand-in with their interface."""

import math
import sys
import types
from importlib.util import find_spec

import numpy as np
import pytest

from qadam.errors import BadSystem, ExtraMissing
from qadam.systems.language_models.language_model import addressed, load
from qadam.systems.load import Training
from qadam.terms import Ask

REAL = find_spec("llama_cpp") is not None and find_spec("gguf") is not None
needs_llama = pytest.mark.skipif(
    not REAL, reason="llama-cpp-python and gguf are not installed: pip install llama-cpp-python gguf"
)
ASKS = [Ask(f"q{n}", "c", "Жауап:" + "?" * n, continuations=(" А", " Ә", "БВ")) for n in range(3)]


def opened(path, kept):
    row = addressed(f"gguf:{path}")
    return load(row, [path], Training(tuple, kept))


def write(path):
    """A Llama of one layer with random weights, over bytes and a few letters, as a GGUF file."""
    import gguf

    chance, size, inner = np.random.default_rng(13), 32, 64
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    tokens += [letter.encode() for letter in "▁АӘБВжауп:"]
    out = gguf.GGUFWriter(str(path), "llama")
    out.add_context_length(256)
    out.add_embedding_length(size)
    out.add_block_count(1)
    out.add_feed_forward_length(inner)
    out.add_head_count(2)
    out.add_head_count_kv(2)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(size // 2)
    out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([0.0] * len(tokens))
    out.add_token_types([2, 3, 3, *[6] * 256, *[1] * (len(tokens) - 259)])
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)
    shapes = {"attn_q": (size, size), "attn_k": (size, size), "attn_v": (size, size), "attn_output": (size, size)}
    shapes |= {"ffn_gate": (inner, size), "ffn_up": (inner, size), "ffn_down": (size, inner)}
    named = {f"blk.0.{name}": shape for name, shape in shapes.items()}
    for name, shape in {"token_embd": (len(tokens), size), "output": (len(tokens), size), **named}.items():
        out.add_tensor(f"{name}.weight", chance.normal(0, 0.3, shape).astype(np.float32))
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        out.add_tensor(f"{name}.weight", np.ones(size, np.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


@needs_llama
def test_likelihoods_are_those_the_library_prints_itself(tmp_path):
    import llama_cpp

    path = write(tmp_path / "tiny.gguf")
    said = opened(path, tmp_path / "a").answer(ASKS)
    other = llama_cpp.Llama(str(path), n_ctx=256, logits_all=True, verbose=False)

    def whole(text):  # through its completions, which echo the prompt and add one token
        document = other.create_completion(text, max_tokens=1, temperature=0.0, echo=True, logprobs=1)
        length = len(other.tokenize(text.encode()))  # the mark for the beginning included, which is not echoed
        return sum(document["choices"][0]["logprobs"]["token_logprobs"][1 : length - 1])

    for ask, one in zip(ASKS, said, strict=True):
        expected = [whole(ask.prompt + text) - whole(ask.prompt) for text in ask.continuations]
        assert one.likelihoods == pytest.approx(expected, abs=1e-3)


@needs_llama
def test_a_file_answers_the_same_twice_and_a_broken_one_is_named(tmp_path):
    path = write(tmp_path / "tiny.gguf")
    questions = [Ask(f"q{n}", "c", f"Жауап: {n}", characters=6) for n in range(3)]
    model = opened(path, tmp_path / "a")
    assert model.answer(questions) == opened(path, tmp_path / "b").answer(questions)
    assert model.usage["questions"] == 3 and model.usage["served"] == ["tiny.gguf"]
    with pytest.raises(BadSystem, match="longer than the 256 tokens"):
        model.answer([Ask("long", "c", "Ә" * 300, continuations=("А",))])
    (tmp_path / "broken.gguf").write_bytes(path.read_bytes()[:100])
    with pytest.raises(BadSystem, match="no model that llama"):
        opened(tmp_path / "broken.gguf", tmp_path / "c").answer(questions)


class StandIn:
    """The part of llama_cpp.Llama that is used; a letter is a token, and each is half as likely as the one before."""

    def __init__(self, path, *, n_ctx=512, vocab_only=False, logits_all=False, verbose=True):
        self.metadata = {"general.architecture": "x", "x.context_length": "64"}
        self._sees, self.opened = n_ctx, (path, vocab_only, logits_all)

    def n_ctx(self):
        return self._sees

    def tokenize(self, text, add_bos=True, special=False):
        return [0] * add_bos + [1 + ord(letter) % 3 for letter in text.decode()]

    def reset(self):
        self.scores = np.zeros((self._sees, 4), dtype=np.float32)

    def eval(self, tokens):
        self.scores[: len(tokens)] = np.log([0.4, 0.3, 0.2, 0.1])

    def create_completion(self, prompt, max_tokens, temperature):
        said = {"text": prompt[:max_tokens], "finish_reason": "length"}
        return {"choices": [said], "usage": {"prompt_tokens": len(prompt), "completion_tokens": max_tokens}}


def test_the_interface_is_used_as_it_is_documented(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_cpp", types.SimpleNamespace(Llama=StandIn))
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF")
    (said,) = opened(path, tmp_path / "a").answer([Ask("q", "c", "abc", continuations=("a", "bb"))])
    each = {1: 0.3, 2: 0.2, 3: 0.1}
    expected = [sum(math.log(each[1 + ord(letter) % 3]) for letter in text) for text in ("a", "bb")]
    assert said.likelihoods == pytest.approx(expected)
    (said,) = opened(path, tmp_path / "a").answer([Ask("q", "c", "сұрақ?", characters=2)])
    assert said.text == "сұ"


def test_without_the_extra_the_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    with pytest.raises(ExtraMissing, match=r"m\.gguf runs on llama-cpp-python") as caught:
        opened(tmp_path / "m.gguf", tmp_path / "a")
    assert caught.value.next_step == "pip install 'qadam[gguf]'"
