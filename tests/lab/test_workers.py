"""Whoever works, the numbers are the same; who cannot work is named."""

import pytest

from qadam.catalogue.fetch import Places
from qadam.errors import CannotGet, Usage
from qadam.lab import plan as planning
from qadam.lab import run as running
from qadam.lab.workers import cluster, workers
from qadam.studies.tokenizer_tax import STUDY


def measured(out, executor):
    plan = planning.make(STUDY, "sample", out=out, places=Places.from_environment())
    running.run(plan, executor=executor)
    return {cell: plan.store.read(cell).measurements for cell in plan.store.cells()}


def test_a_study_on_a_dask_cluster_measures_what_it_measures_here(tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'qadam[dask]'")
    with cluster("dask", jobs=1) as pool:
        there = measured(tmp_path / "there", pool)
    assert there and there == measured(tmp_path / "here", None)


def test_one_job_needs_no_pool_and_processes_no_cluster():
    with workers(jobs=1) as pool, cluster("processes") as none:
        assert pool is None and none is None


@pytest.mark.parametrize("lent", [workers, cluster])
def test_an_unknown_engine_is_named(lent):
    with pytest.raises(Usage, match="no engine 'slurm'"), lent("slurm", jobs=2):
        pass


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'qadam[dask]'")
    monkeypatch.setattr("qadam.lab.workers.PATIENCE", 0.2)
    with (
        pytest.raises(CannotGet, match="no Dask scheduler answers"),
        workers("dask", jobs=1, scheduler="tcp://127.0.0.1:9"),
    ):
        pass
