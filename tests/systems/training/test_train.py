"""Training gives the same weights twice, also after kill -9; it stops with a diagnosis where it cannot go on."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from qadam.errors import BadCheckpoint, EmptyDataset, NotTrained, OutOfMemory  # noqa: E402
from qadam.systems.training import train  # noqa: E402

RECIPE = train.Recipe(seed=13, characters=4000, batch=8, rate=1e-2, checks=4)


class Copying:
    """A toy: predict the next of sixteen numbers that follow each other."""

    size = 40

    def batch(self, numbers, draw):
        ids = torch.tensor([[(n + i) % 16 for i in range(12)] for n in numbers])
        return train.Batch({"input_ids": ids, "labels": ids}, ids.numel(), ids.numel())

    def check(self, network):
        ids = torch.tensor([[i % 16 for i in range(12)]])
        return -float(network(input_ids=ids, labels=ids).loss)


def network(dropout=0.1):
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=16,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        attention_dropout=dropout,
    )
    return LlamaForCausalLM(config)


def weights(net):
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


def same(one, two):
    return all(torch.equal(one[name], two[name]) for name in one)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_it_learns_and_two_runs_are_identical(tmp_path):
    nets = [network(), network()]
    courses = [train.fit(net, Copying(), RECIPE, to=tmp_path / str(i)) for i, net in enumerate(nets)]
    assert courses[0].curve[-1][1] < courses[0].curve[0][1] / 2
    assert same(weights(nets[0]), weights(nets[1]))
    assert courses[0].curve == courses[1].curve
    assert courses[0].characters >= RECIPE.characters


def test_a_finished_network_is_not_trained_again(tmp_path):
    first = network()
    done = train.fit(first, Copying(), RECIPE, to=tmp_path)
    second = network()
    assert train.fit(second, Copying(), RECIPE, to=tmp_path) == done
    assert same(weights(first), weights(second))
    assert not (tmp_path / "checkpoint.pt").exists()


class Stopped(Exception):
    """Stands for the moment of a crash."""


@pytest.mark.parametrize("at", [1, 5, 17, 33])
def test_going_on_from_a_checkpoint_changes_no_bit(tmp_path, monkeypatch, at):
    whole = network()
    train.fit(whole, Copying(), RECIPE, to=tmp_path / "whole")

    class Breaking(Copying):
        seen = 0

        def batch(self, numbers, draw):
            self.seen += 1
            if self.seen > at:
                raise Stopped
            return super().batch(numbers, draw)

    monkeypatch.setattr(train, "KEEP_EVERY", -1.0)  # a checkpoint after every step
    with pytest.raises(Stopped):
        train.fit(network(), Breaking(), RECIPE, to=tmp_path / "parts")
    again = network()
    course = train.fit(again, Copying(), RECIPE, to=tmp_path / "parts")
    assert same(weights(whole), weights(again))
    assert course.curve == json_course(tmp_path / "whole").curve


def json_course(folder):
    return train.restore(network(), folder)


KILLED = """
import sys, time
sys.path[:0] = {paths!r}
from tests_train_toy import Copying, RECIPE, network
from qadam.systems.training import train
from pathlib import Path
import torch
torch.set_num_threads(1)
train.KEEP_EVERY = 0.0
class Slow(Copying):
    def batch(self, numbers, draw):
        time.sleep(0.02)
        return super().batch(numbers, draw)
train.fit(network(), Slow(), RECIPE, to=Path({to!r}))
"""


def test_kill_9_and_again_gives_the_same_weights(tmp_path):
    (tmp_path / "tests_train_toy.py").write_bytes(Path(__file__).read_bytes())
    whole = network()
    train.fit(whole, Copying(), RECIPE, to=tmp_path / "whole")
    script = KILLED.format(paths=[str(tmp_path)], to=str(tmp_path / "killed"))
    process = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "OMP_NUM_THREADS": "1"})
    try:
        for _ in range(1500):
            if (tmp_path / "killed" / "checkpoint.pt").exists() or process.poll() is not None:
                break
            time.sleep(0.02)
        time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "killed" / "course.json").exists(), "it was killed too late to show anything"
    assert (tmp_path / "killed" / "checkpoint.pt").exists()
    again = network()
    train.fit(again, Copying(), RECIPE, to=tmp_path / "killed")
    assert same(weights(whole), weights(again))


def test_the_best_weights_are_kept(tmp_path):
    class Spoiling(Copying):
        values = itertools.chain([3.0, 9.0, 1.0, 2.0])
        seen = ()

        def check(self, net):
            self.seen = (*self.seen, weights(net))
            return next(self.values)

    task, net = Spoiling(), network()
    course = train.fit(net, task, RECIPE, to=tmp_path)
    assert [value for _, value in course.checked] == [3.0, 9.0, 1.0, 2.0]
    assert same(weights(net), task.seen[1])


def test_a_loss_that_is_no_number_is_named(tmp_path):
    class Broken(Copying):
        def batch(self, numbers, draw):
            batch = super().batch(numbers, draw)
            return batch._replace(inputs={**batch.inputs, "labels": torch.full_like(batch.inputs["labels"], -100)})

    with pytest.raises(NotTrained, match="step 0"):
        train.fit(network(), Broken(), RECIPE, to=tmp_path)


def test_memory_that_does_not_suffice_is_named(tmp_path):
    class Huge(Copying):
        def batch(self, numbers, draw):
            raise RuntimeError(
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
            )

    with pytest.raises(OutOfMemory, match="batch of 8"):
        train.fit(network(), Huge(), RECIPE, to=tmp_path)


def test_nothing_to_train_on(tmp_path):
    class Empty(Copying):
        size = 0

    with pytest.raises(EmptyDataset):
        train.fit(network(), Empty(), RECIPE, to=tmp_path)


@pytest.mark.parametrize("damage", [b"", b"not a checkpoint", b"PK\x03\x04broken"])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    (tmp_path / "checkpoint.pt").write_bytes(damage)
    with pytest.raises(BadCheckpoint, match=r"checkpoint\.pt"):
        train.fit(network(), Copying(), RECIPE, to=tmp_path)


def test_a_checkpoint_of_another_recipe_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "KEEP_EVERY", -1.0)

    class Breaking(Copying):
        seen = 0

        def batch(self, numbers, draw):
            self.seen += 1
            if self.seen > 2:
                raise Stopped
            return super().batch(numbers, draw)

    with pytest.raises(Stopped):
        train.fit(network(), Breaking(), RECIPE, to=tmp_path)
    other = train.Recipe(seed=14, characters=4000, batch=8)
    with pytest.raises(BadCheckpoint, match="another recipe"):
        train.fit(network(), Copying(), other, to=tmp_path)


def test_a_checkpoint_executes_nothing(tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "owned"),))

    torch.save({"mark": Evil()}, tmp_path / "checkpoint.pt")
    with pytest.raises(BadCheckpoint):
        train.fit(network(), Copying(), RECIPE, to=tmp_path)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("lengths", [None, [30, 21, 29, 22, 28, 23, 27, 24, 26, 25]])
def test_each_epoch_shows_every_example_once_and_goes_on_anywhere(lengths):
    recipe = train.Recipe(seed=13, batch=4)
    steps = list(itertools.islice(train.order(10, recipe, lengths=lengths), 9))
    for epoch in (steps[0:3], steps[3:6], steps[6:9]):
        assert sorted(itertools.chain(*epoch)) == list(range(10))
    assert steps[0:3] != steps[3:6]
    assert list(itertools.islice(train.order(10, recipe, start=5, lengths=lengths), 4)) == steps[5:9]


def test_examples_of_like_length_are_shown_together_and_steps_are_not_in_their_order():
    lengths = np.random.default_rng(3).integers(1, 500, 3200)
    recipe = train.Recipe(seed=13, batch=32, alike=50)
    steps = list(itertools.islice(train.order(3200, recipe, lengths=lengths), 100))
    padded = sum(len(step) * max(lengths[step]) for step in steps)
    assert padded < 1.2 * lengths.sum() < sum(32 * max(lengths[32 * n : 32 * n + 32]) for n in range(100)) / 1.5
    means = [lengths[step].mean() for step in steps]
    assert abs(np.corrcoef(means, range(100))[0, 1]) < 0.3
    loose = list(itertools.islice(train.order(3200, train.Recipe(seed=13, batch=32, alike=1), lengths=lengths), 100))
    assert sum(32 * max(lengths[step]) for step in loose) > 1.5 * lengths.sum()


def test_the_rate_rises_and_falls():
    recipe = train.Recipe(seed=1, rate=1.0, warmup=0.1)
    assert recipe.rate_at(0.05) == pytest.approx(0.5)
    assert recipe.rate_at(0.1) == pytest.approx(1.0)
    assert recipe.rate_at(1.0) == pytest.approx(0.1)


def test_the_cost_by_hand():
    # One layer of width 16: attention 4 x 16 x 16, MLP 3 x 16 x 32, three norms of 16, output layer 16 x 16; the embedding is looked up.
    cost = train.per_token(network())
    assert cost.weights == 6 * (4 * 16 * 16 + 3 * 16 * 32 + 3 * 16) and cost.head == 6 * 16 * 16
    assert cost.attention == 12 * 1 * 16


def test_a_budget_of_operations_ends_it_too(tmp_path):
    net = network()
    cost = train.per_token(net)
    step = cost.of(train.Batch({}, 0, 8 * 12), 12)
    course = train.fit(net, Copying(), train.Recipe(seed=13, flops=5 * step, batch=8, checks=0), to=tmp_path)
    assert course.step == 5
    assert json.loads((tmp_path / "course.json").read_text())["flops"] == pytest.approx(5 * step)


def test_portions_make_the_same_step(tmp_path):
    nets = [network(dropout=0.0), network(dropout=0.0)]
    for net, portions in zip(nets, (1, 4), strict=True):
        recipe = train.Recipe(seed=13, characters=500, batch=8, accumulate=portions, checks=0)
        train.fit(net, Copying(), recipe, to=tmp_path / str(portions))
    for one, two in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert np.allclose(one.detach(), two.detach(), atol=1e-5)
