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


@pytest.mark.parametrize("slug", study_names())
def test_every_condition_is_measured_and_every_comparison_names_a_metric(slug):
    """Whatever is asked has a metric: a condition without one would stop a run after its hours of work."""
    for profile, protocol in study_of(slug).protocols.items():
        for condition in protocol.conditions:
            assert any(metric.applies(condition.name) for metric in protocol.metrics), (profile, condition.name)
        names = {metric.name for metric in protocol.metrics}
        synthesis = protocol.rule and protocol.rule.synthesis
        contrasts = synthesis.contrasts if synthesis else ()
        assert {contrast.metric for contrast in contrasts} <= names, profile


@pytest.mark.parametrize("slug", study_names())
def test_a_claim_is_told_in_three_languages(slug):
    rules = filter(None, (protocol.rule for protocol in study_of(slug).protocols.values()))
    for rule in rules:
        assert set(rule.claim) == {"en", "ru", "kk"} and len(set(rule.claim.values())) == 3
        assert set("әғқңөұүһі") & set(rule.claim["kk"].lower())
