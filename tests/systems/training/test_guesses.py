"""The loss that is worked out a few rows at a time is the loss of torch, and so are its slopes."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from qadam.systems.training import guesses, shapes

SIZE = {"width": 16, "layers": 1, "heads": 2}


@pytest.mark.parametrize("rows", [1, guesses.ROWS - 1, guesses.ROWS, 3 * guesses.ROWS + 5])
def test_the_loss_and_its_slopes_are_those_of_torch(rows):
    draw = torch.Generator().manual_seed(13)
    states, table = (torch.randn(n, 8, generator=draw, dtype=torch.float64) for n in (rows, 40))
    wanted = torch.randint(40, (rows,), generator=draw)
    found = []
    for loss in (guesses.surprise, lambda s, t, w: torch.nn.functional.cross_entropy(s @ t.T, w)):
        sides = states.clone().requires_grad_(), table.clone().requires_grad_()
        value = loss(*sides, wanted)
        (3 * value).backward()
        found.append((value.detach(), *(side.grad for side in sides)))
    for ours, theirs in zip(*found, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_a_decoder_learns_as_the_library_s_own_does():
    import transformers

    ours = shapes.causal(300, SIZE, 13)
    theirs = transformers.LlamaForCausalLM(ours.config)
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(4, 300, (3, 9), generator=torch.Generator().manual_seed(1))
    seen, labels = torch.ones_like(ids), ids.clone()
    seen[0, 6:], labels[0, 6:] = 0, -100  # a shorter text
    losses = [net(input_ids=ids, attention_mask=seen, labels=labels).loss for net in (ours, theirs)]
    for loss in losses:
        loss.backward()
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-6)
    for mine, its in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(mine.grad, its.grad, rtol=1e-4, atol=1e-7)
    said = [net.eval()(input_ids=ids, attention_mask=seen).logits for net in (ours, theirs)]
    assert torch.equal(*said)
