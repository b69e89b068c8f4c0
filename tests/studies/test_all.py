"""What holds for every study there is."""

import pickle

import pytest

from qadam.catalogue import tables
from qadam.cli.finding import study_names, study_of
from qadam.lab.plan import system_row


@pytest.mark.parametrize("slug", study_names())
def test_a_study_travels_to_worker_processes(slug):
    """Workers receive the whole study: nothing in it may be without a name."""
    assert pickle.loads(pickle.dumps(study_of(slug))).problem == slug


def test_every_problem_has_its_study():
    assert {problem.id for problem in tables.problems()} == set(study_names())


@pytest.mark.parametrize("slug", study_names())
def test_a_study_has_three_profiles_and_names_systems_of_the_catalogue(slug):
    study = study_of(slug)
    assert set(study.protocols) == set(study.systems) == {"sample", "laptop", "full"}
    named = {member for names in study.systems.values() for name in names for member in tables.members(name)}
    assert all(system_row(name).id for name in named)
