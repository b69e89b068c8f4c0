"""The networks themselves: an encoder that sees both ways, a decoder that sees what came before, both, and heads.

All are built of `transformers` from nothing but a size, with first weights that come from the seed alone. Two things differ from
what the library offers: a masked language model works out guesses only where something is hidden (a fifth of the work with
8,000 pieces), and a decoder that is taught to label looks both ways while it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qadam.systems.training import guesses, pieces

POSITIONS = 2048  # pieces of context a network can see: 500 characters stay below, whatever their bytes

Size = Mapping[str, int]  # width, layers, heads


def masked(vocabulary: int, size: Size, seed: int) -> Any:
    """An encoder that guesses hidden pieces."""
    return _fresh(lambda: _guesser()(_bert(vocabulary, size)), seed)


def causal(vocabulary: int, size: Size, seed: int) -> Any:
    """A decoder that guesses the next piece; the table of pieces is used coming in and going out."""
    return _fresh(lambda: _foreteller()(_llama(vocabulary, size)), seed)


def translating(vocabulary: int, size: Size, seed: int, *, dropout: float = 0.1) -> Any:
    """An encoder that reads a text and a decoder that writes another; one table of pieces serves both, in and out."""
    import transformers

    config = transformers.MarianConfig(
        vocab_size=vocabulary,
        d_model=size["width"],
        encoder_layers=size["layers"],
        decoder_layers=size["layers"],
        encoder_attention_heads=size["heads"],
        decoder_attention_heads=size["heads"],
        encoder_ffn_dim=4 * size["width"],
        decoder_ffn_dim=4 * size["width"],
        max_position_embeddings=POSITIONS,
        activation_function="gelu",
        dropout=dropout,  # pairs are few and are read many times
        scale_embedding=True,
        pad_token_id=pieces.PAD,
        eos_token_id=pieces.END,
        decoder_start_token_id=pieces.END,
        forced_eos_token_id=None,
    )
    return _fresh(lambda: transformers.MarianMTModel(config), seed)


def labelling(body: Any, kind: str, labels: int, seed: int) -> Any:
    """A network for labels ("tagging": one for each token, "topics": one for a text) that begins where a body ends."""
    import transformers

    name = {"tagging": "TokenClassification", "topics": "SequenceClassification"}[kind]
    config = type(body.config)(**{**body.config.to_dict(), "num_labels": labels})
    if hasattr(body, "bert"):
        network = _fresh(lambda: getattr(transformers, f"BertFor{name}")(config), seed)
        network.bert.load_state_dict(body.bert.state_dict(), strict=False)
    else:
        network = _fresh(lambda: _both_ways(f"LlamaFor{name}")(config), seed)
        network.model.load_state_dict(body.model.state_dict())
    return network


def _bert(vocabulary: int, size: Size) -> Any:
    import transformers

    return transformers.BertConfig(
        vocab_size=vocabulary,
        hidden_size=size["width"],
        num_hidden_layers=size["layers"],
        num_attention_heads=size["heads"],
        intermediate_size=4 * size["width"],
        max_position_embeddings=POSITIONS,
        hidden_dropout_prob=0.0,  # few texts are read twice
        attention_probs_dropout_prob=0.0,
        classifier_dropout=0.1,
        pad_token_id=pieces.PAD,
    )


def _llama(vocabulary: int, size: Size) -> Any:
    import transformers

    return transformers.LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=size["width"],
        num_hidden_layers=size["layers"],
        num_attention_heads=size["heads"],
        intermediate_size=round(8 / 3 * size["width"]),
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        pad_token_id=pieces.PAD,
        bos_token_id=pieces.END,
        eos_token_id=pieces.END,
    )


def _foreteller() -> Any:
    """A causal language model that on a processor works out its loss a few rows at a time (`guesses`)."""
    import transformers
    from transformers.modeling_outputs import CausalLMOutputWithPast

    library: Any = transformers.LlamaForCausalLM

    class Foreteller(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            if labels is None or input_ids.is_cuda:
                return super().forward(input_ids=input_ids, attention_mask=attention_mask, labels=labels)
            states = self.model(input_ids=input_ids, attention_mask=attention_mask)[0][:, :-1]
            wanted = labels[:, 1:]
            asked = wanted >= 0
            return CausalLMOutputWithPast(loss=guesses.surprise(states[asked], self.lm_head.weight, wanted[asked]))

    return Foreteller


def _guesser() -> Any:
    """A masked language model that works out its guesses only where a label asks for one."""
    import torch
    import transformers
    from transformers.modeling_outputs import MaskedLMOutput

    library: Any = transformers.BertForMaskedLM

    class Guesser(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            if labels is None:
                return super().forward(input_ids=input_ids, attention_mask=attention_mask)
            states = self.bert(input_ids=input_ids, attention_mask=attention_mask)[0]
            asked = labels >= 0
            guesses = self.cls(states[asked])
            return MaskedLMOutput(
                loss=torch.nn.functional.cross_entropy(guesses.float(), labels[asked]), logits=guesses
            )

    return Guesser


def _both_ways(name: str) -> Any:
    """A decoder with a head for labels whose every piece sees all others of its example."""
    import torch
    import transformers

    library: Any = getattr(transformers, name)

    class BothWays(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            length = attention_mask.shape[1]
            seen = attention_mask.bool()[:, None, None, :].expand(-1, 1, length, length)
            mask = torch.zeros(seen.shape, dtype=self.dtype, device=seen.device)
            mask.masked_fill_(~seen, torch.finfo(self.dtype).min)
            return super().forward(input_ids=input_ids, attention_mask=mask, labels=labels)

    BothWays.__name__ = f"BothWays{name}"
    return BothWays


def _fresh(build: Callable[[], Any], seed: int) -> Any:
    """A network whose first weights come from the seed and from nothing else."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build()
