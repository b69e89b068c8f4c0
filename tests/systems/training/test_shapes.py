"""The networks: guesses only where asked equal guesses everywhere, labels are given with sight both ways, padding is unseen."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from qadam.systems.training import shapes  # noqa: E402

SIZE = {"width": 16, "layers": 2, "heads": 2}
IDS = torch.tensor([[2, 7, 8, 9, 10], [2, 11, 12, 0, 0]])
SEEN = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])


def test_guessing_where_asked_loses_nothing():
    network = shapes.masked(20, SIZE, 13).eval()
    labels = torch.tensor([[-100, 7, -100, 9, -100], [-100, -100, 12, -100, -100]])
    logits = network(input_ids=IDS, attention_mask=SEEN).logits
    assert logits.shape == (2, 5, 20)
    known = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100)
    assert network(input_ids=IDS, attention_mask=SEEN, labels=labels).loss.item() == pytest.approx(
        known.item(), rel=1e-5
    )


def test_who_guesses_sees_what_follows_and_no_padding():
    network = shapes.masked(20, SIZE, 13).eval()
    later = IDS.clone()
    later[0, 4], later[1, 3:] = 15, 17
    one, two = (network(input_ids=ids, attention_mask=SEEN).logits for ids in (IDS, later))
    assert not torch.allclose(one[0, 0], two[0, 0], atol=1e-7) and torch.allclose(one[1, :3], two[1, :3], atol=1e-6)


@pytest.mark.parametrize("body", [shapes.masked, shapes.causal], ids=["masked", "causal"])
def test_labels_begin_where_the_language_model_ends(body):
    language = body(20, SIZE, 13)
    tagger = shapes.labelling(language, "tagging", 3, 13).eval()
    for name, tensor in language.model.state_dict().items():
        assert torch.equal(tagger.model.state_dict()[name], tensor)
    assert tagger(input_ids=IDS, attention_mask=SEEN).logits.shape == (2, 5, 3)


@pytest.mark.parametrize("body", [shapes.masked, shapes.causal], ids=["masked", "causal"])
def test_a_tagger_sees_what_follows_and_no_padding(body):
    tagger = shapes.labelling(body(20, SIZE, 13), "tagging", 3, 13).eval()
    first = tagger(input_ids=IDS, attention_mask=SEEN).logits
    later = IDS.clone()
    later[0, 4] = 15
    later[1, 3:] = 17  # behind the end of the second text
    second = tagger(input_ids=later, attention_mask=SEEN).logits
    assert not torch.allclose(first[0, 0], second[0, 0], atol=1e-7)
    assert torch.allclose(first[1, :3], second[1, :3], atol=1e-6)


@pytest.mark.parametrize("body", [shapes.masked, shapes.causal], ids=["masked", "causal"])
def test_a_text_gets_one_row_of_labels(body):
    judge = shapes.labelling(body(20, SIZE, 13), "topics", 2, 13).eval()
    together = judge(input_ids=IDS, attention_mask=SEEN).logits
    alone = judge(input_ids=IDS[1:, :3], attention_mask=SEEN[1:, :3]).logits
    assert together.shape == (2, 2) and torch.allclose(together[1:], alone, atol=1e-6)


def test_a_causal_model_does_not_see_what_follows():
    network = shapes.causal(20, SIZE, 13).eval()
    later = IDS.clone()
    later[0, 4] = 15
    one, two = (network(input_ids=ids, attention_mask=SEEN).logits[0, :4] for ids in (IDS, later))
    assert torch.allclose(one, two, atol=1e-6)
