"""The networks themselves: an encoder that sees both ways, a decoder that sees what came before, both, and heads.

All are built of `transformers` from nothing but a size, with first weights that come from the seed alone. One body serves
encoder and decoder, that of Llama; who guesses hidden pieces or gives labels looks both ways. In two million characters it
learns to guess hidden pieces a little, where BERT's body of the same size had learned no more than which are frequent (8.1 and
8.4 nats). Guesses are worked out only where one is asked for (a fifth of the work with 8,000 pieces).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qadam.systems.training import guesses, pieces

VERSION = 2  # rises with every change after which a network of the same size is another
POSITIONS = 2048  # pieces of context a network can see: 500 characters stay below, whatever their bytes

Size = Mapping[str, int]  # width, layers, heads


def masked(vocabulary: int, size: Size, seed: int) -> Any:
    """An encoder that guesses hidden pieces."""
    return _fresh(lambda: _guesser()(_llama(vocabulary, size)), seed)


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
    network = _fresh(lambda: _labeller(getattr(transformers, f"LlamaFor{name}"))(config), seed)
    network.model.load_state_dict(body.model.state_dict())
    return network


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
    """A causal language model that works out its loss on a processor a few rows at a time (`guesses`)."""
    import transformers
    from transformers.modeling_outputs import CausalLMOutputWithPast

    library: Any = transformers.LlamaForCausalLM

    class Foreteller(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            if labels is None:
                return super().forward(input_ids=input_ids, attention_mask=attention_mask)
            states = self.model(input_ids=input_ids, attention_mask=attention_mask)[0][:, :-1]
            wanted = labels[:, 1:]
            asked = wanted >= 0
            return CausalLMOutputWithPast(loss=_surprise(states[asked], self.lm_head, wanted[asked]))

    return Foreteller


def _guesser() -> Any:
    """A masked language model that works out its guesses only where a label asks for one."""
    import transformers
    from transformers.modeling_outputs import MaskedLMOutput

    library: Any = transformers.LlamaForCausalLM

    class Guesser(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            seen = _both_ways(attention_mask, self.dtype)
            states = self.model(input_ids=input_ids, attention_mask=seen, use_cache=False)[0]
            if labels is None:
                return MaskedLMOutput(logits=self.lm_head(states))
            asked = labels >= 0
            return MaskedLMOutput(loss=_surprise(states[asked], self.lm_head, labels[asked]))

    return Guesser


def _labeller(library: Any) -> Any:
    """A decoder with a head for labels whose every piece sees all others of its example."""

    class Labeller(library):  # type: ignore[misc]
        def forward(self, input_ids: Any, attention_mask: Any, labels: Any = None) -> Any:
            seen = _both_ways(attention_mask, self.dtype)
            return super().forward(input_ids=input_ids, attention_mask=seen, labels=labels)

    Labeller.__name__ = f"Labeller{library.__name__}"
    return Labeller


def _surprise(states: Any, head: Any, wanted: Any) -> Any:
    """The mean of the nats of what was wanted; a graphics card has room for all guesses at once."""
    import torch

    if states.is_cuda:
        return torch.nn.functional.cross_entropy(head(states).float(), wanted)
    return guesses.surprise(states, head.weight, wanted)


def _both_ways(there: Any, dtype: Any) -> Any:
    """What to add to the attention (n, 1, length, length): nothing where a piece is there, all there is against it elsewhere."""
    import torch

    length = there.shape[1]
    seen = there.bool()[:, None, None, :].expand(-1, 1, length, length)
    mask = torch.zeros(seen.shape, dtype=dtype, device=there.device)
    return mask.masked_fill_(~seen, torch.finfo(dtype).min)


def _fresh(build: Callable[[], Any], seed: int) -> Any:
    """A network whose first weights come from the seed and from nothing else."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build()
