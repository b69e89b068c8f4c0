"""A scan gives the sums of the texts, whoever does the work and whoever is killed in between."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from qadam.catalogue import corpus
from qadam.catalogue.audit import folded
from qadam.catalogue.corpus import Batch, Shard
from qadam.catalogue.fetch import Places
from qadam.errors import RecordDamaged, Usage, WorkerLost
from qadam.kazakh import morphology, script
from qadam.lab import gauges, scan
from qadam.lab.workers import workers

WORDS = [
    "қала",
    "мектептерімізде",
    "үлкен",
    "балаларға",
    "қaла",
    "hello",
    "дүние",
    "магазинге",
    "сәлем",
    "2024",
    "Текст",
    "привет",
    "قالا",
]
ALL = ("fertility", "script", "codeswitch", "morphology", "audit")


@pytest.fixture
def lines():
    draw = random.Random(13)
    return ["", *(" ".join(draw.choices(WORDS, k=draw.randint(0, 6))) for _ in range(400))]


@pytest.fixture
def shards(lines, tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "SHARD", 2000)
    (tmp_path / "a.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return corpus.shards([str(tmp_path / "a.txt")])


@pytest.fixture
def spec(tmp_path):
    return scan.Spec(ALL, ("utf-8-bytes", "characters"), Places(tmp_path / "home", offline=True))


def test_scripts_are_counted_as_the_detector_counts_them(lines):
    row = gauges.gauge("script").count(Batch(lines))
    for tag in script.SCRIPTS:
        assert row[f"letters {tag}"] == sum(
            round(script.detect(t).shares[tag] * script.detect(t).letters) for t in lines
        )
        assert row[f"texts {tag}"] == sum(script.detect(t).tag == tag for t in lines)
    assert row["texts none"] == sum(script.detect(t).tag == "und" for t in lines)
    assert row["own"] == sum(letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІ" for t in lines for letter in t)


def test_morphemes_are_those_of_the_segmenter():
    row = gauges.gauge("morphology").count(Batch(["Мектептерімізде балаларға hello", "қала қала"]))
    words = ["мектептерімізде", "балаларға", "қала", "қала"]
    assert row["words"] == 4 and row["foreign"] == 1
    assert row["morphemes"] == sum(len(morphology.segment(word)) for word in words)


def test_the_scan_adds_up_to_what_the_texts_are(shards, spec, lines, tmp_path):
    assert len(shards) > 3
    found = scan.scan(shards, spec, out=tmp_path / "out")
    sums = found["sums"]
    assert sums["fertility"]["words"] == sum(len(t.split()) for t in lines)
    assert sums["fertility"]["tokens utf-8-bytes"] == sums["fertility"]["bytes"] == sum(len(t.encode()) for t in lines)
    repeats = Counter(folded(t) for t in lines if folded(t))
    assert sums["audit"]["duplicates"] == sum(n - 1 for n in repeats.values())
    assert found["bytes"] == sum(len(t.encode()) + 1 for t in lines)
    tokens = next(s for s in found["scores"]["fertility"] if s["name"] == "utf-8-bytes: tokens per word")
    assert tokens["value"] == sums["fertility"]["bytes"] / sums["fertility"]["words"]


def test_one_worker_or_several_or_a_dask_cluster_give_the_same_bits(shards, spec, tmp_path):
    found = [scan.scan(shards, spec, out=tmp_path / "one")]
    with workers(jobs=2) as pool:
        found.append(scan.scan(shards, spec, out=tmp_path / "two", executor=pool, jobs=2))
    pytest.importorskip("distributed", reason="Dask is not installed")
    with workers("dask", jobs=2) as pool:
        found.append(scan.scan(shards, spec, out=tmp_path / "dask", executor=pool, jobs=2))
    assert found[0]["sums"] == found[1]["sums"] == found[2]["sums"]


def test_what_is_kept_is_not_measured_again(shards, spec, tmp_path, monkeypatch):
    first = scan.scan(shards[:2], spec, out=tmp_path / "out")
    monkeypatch.setattr(scan, "measure", lambda *a: pytest.fail("measured again"))
    assert scan.scan(shards[:2], spec, out=tmp_path / "out") == first


def test_another_measure_or_a_changed_file_is_measured_anew(shards, spec, tmp_path):
    folder = spec.folder(shards, tmp_path)
    assert scan.Spec(("audit",), (), spec.places).folder(shards, tmp_path) != folder
    os.utime(shards[0].path, ns=(1, 1))
    assert spec.folder(corpus.shards([shards[0].path]), tmp_path) != folder


def test_a_damaged_shard_is_named_with_the_command_that_mends_it(shards, spec, tmp_path):
    scan.scan(shards, spec, out=tmp_path)
    harmed = spec.folder(shards, tmp_path) / f"{shards[1].id}.json"
    harmed.write_text("{", "utf-8")
    with pytest.raises(RecordDamaged) as caught:
        scan.scan(shards, spec, out=tmp_path)
    assert caught.value.next_step == f"rm {harmed}"


class Broken(ProcessPoolExecutor):
    """A pool whose second shard kills its worker."""

    def __init__(self):
        self.handed = 0

    def submit(self, work, *given):
        self.handed += 1
        future = Future()
        if self.handed == 2:
            future.set_exception(BrokenProcessPool("killed"))
        else:
            future.set_result(work(*given))
        return future


def test_a_killed_worker_loses_only_what_was_under_way(shards, spec, tmp_path):
    with pytest.raises(WorkerLost, match="finished is kept"):
        scan.scan(shards, spec, out=tmp_path, executor=Broken(), jobs=1)
    assert (spec.folder(shards, tmp_path) / f"{shards[0].id}.json").exists()
    assert scan.scan(shards, spec, out=tmp_path)["sums"] == scan.scan(shards, spec, out=tmp_path / "new")["sums"]


def test_a_scan_killed_with_kill_9_goes_on_where_it_stopped(tmp_path, spec):
    path = tmp_path / "a.txt"
    path.write_text("Қала үлкен дүние.\n" * 60_000, "utf-8")
    code = (
        "import sys; from pathlib import Path; from qadam.catalogue import corpus; corpus.SHARD = 100_000\n"
        "from qadam.catalogue.fetch import Places; from qadam.lab import scan\n"
        "spec = scan.Spec(('script', 'audit'), (), Places(Path(sys.argv[2]), offline=True))\n"
        "scan.scan(corpus.shards([sys.argv[1]]), spec, out=Path(sys.argv[2]))"
    )
    started = subprocess.Popen([sys.executable, "-c", code, str(path), str(tmp_path / "out")])
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "out").rglob("*.json"))) < 3 and started.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.json") if p.name != "scan.json"}
    assert kept
    subprocess.run([sys.executable, "-c", code, str(path), str(tmp_path / "out")], check=True)
    assert all(p.stat().st_mtime_ns == when for p, when in kept.items())
    scanned = json.loads(next((tmp_path / "out").rglob("scan.json")).read_text("utf-8"))
    assert scanned["sums"]["audit"]["texts"] == 60_000
    assert scanned["sums"]["audit"]["duplicates"] == 59_999


def test_a_measure_that_is_not_there_is_named():
    with pytest.raises(Usage, match="no measure 'length'"):
        gauges.gauge("length")


def test_the_id_of_a_shard_tells_all_that_it_is():
    one = Shard("a.txt", "text", "text", 0, 5, "s")
    assert (
        len({one.id, Shard("a.txt", "text", "text", 0, 6, "s").id, Shard("a.txt", "text", "text", 0, 5, "t").id}) == 3
    )
