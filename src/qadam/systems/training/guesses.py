"""How surprised a network is by many pieces, worked out a few rows at a time: the same number, sooner.

With 32,768 pieces a step has millions of guesses; written down whole they leave the cache of a processor four times. Here each
few rows are guessed, compared and turned into slopes before the next ones are looked at.
"""

from __future__ import annotations

from functools import cache
from typing import Any

ROWS = 64  # guesses of 32,768 pieces that fit into a processor's cache


def surprise(states: Any, table: Any, wanted: Any) -> Any:
    """The mean of the nats of what was wanted, with its slopes: as `cross_entropy(states @ table.T, wanted)` of torch.

    Args:
        states: (n, width), what the network has in mind before each piece.
        table: (n_pieces, width), the output layer.
        wanted: (n,) number of the piece that came.
    """
    return _function().apply(states, table, wanted)


@cache
def _function() -> Any:
    import torch

    class Surprise(torch.autograd.Function):
        """Loss and slopes in one pass."""

        @staticmethod
        def forward(ctx: Any, states: Any, table: Any, wanted: Any) -> Any:
            of_states: Any = torch.empty_like(states)
            of_table = torch.zeros_like(table)
            total = states.new_zeros(())
            for rows, its, gold in zip(of_states.split(ROWS), states.split(ROWS), wanted.split(ROWS), strict=True):
                guesses = its @ table.T
                right = guesses.gather(1, gold[:, None])
                top = guesses.amax(dim=1, keepdim=True)
                whole = guesses.sub_(top).exp_().sum(dim=1, keepdim=True)
                total += (whole.log() + top - right).sum()
                guesses.div_(whole).scatter_add_(1, gold[:, None], guesses.new_full((len(gold), 1), -1.0))
                torch.mm(guesses, table, out=rows)
                of_table.addmm_(guesses.T, its)
            ctx.save_for_backward(of_states.div_(len(wanted)), of_table.div_(len(wanted)))
            return total / len(wanted)

        @staticmethod
        def backward(ctx: Any, *slopes: Any) -> Any:
            of_states, of_table = ctx.saved_tensors
            return of_states * slopes[0], of_table * slopes[0], None

    return Surprise
