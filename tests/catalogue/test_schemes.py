"""Every annotation scheme is whole: its guideline in three languages, its keys, its labels, the problems it serves."""

import re

import pytest

from qadam.catalogue import tables
from qadam.errors import BadData

SCHEMES = {scheme.id: scheme for scheme in tables.schemes()}
LANGUAGES = ("en", "ru", "kk")


def test_there_is_a_scheme_for_every_kind_of_decision():
    assert {scheme.kind for scheme in SCHEMES.values()} == {"morphemes", "tokens", "spans", "choice", "rating", "text"}


@pytest.mark.parametrize("name", SCHEMES)
def test_texts_stand_in_three_languages(name):
    scheme = SCHEMES[name]
    for texts in (scheme.title, scheme.asks, *(label.title for label in scheme.labels if label.title)):
        assert sorted(texts) == sorted(LANGUAGES) and all(texts.values())


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guideline_has_examples_and_hard_cases(name, language):
    text = tables.guideline(name, language)
    headings = {
        "en": ("Examples", "Hard cases"),
        "ru": ("Примеры", "Трудные случаи"),
        "kk": ("Мысалдар", "Қиын жағдайлар"),
    }
    assert [h for h in headings[language] if f"## {h}" in text] == list(headings[language])
    if SCHEMES[name].hazard:
        assert text.splitlines()[0].startswith("> **")


@pytest.mark.parametrize("name", SCHEMES)
def test_the_three_guidelines_show_the_same_examples(name):
    def cells(language: str) -> list[str]:
        rows = [line for line in tables.guideline(name, language).splitlines() if line.startswith("| ")]
        return [c.strip() for row in rows for c in row.strip("|").split("|") if re.search("[әғқңөұүһі]", c)]

    shown = {language: len(cells(language)) for language in LANGUAGES}
    assert shown["en"] <= shown["kk"]


@pytest.mark.parametrize("name", SCHEMES)
def test_keys_are_unambiguous(name):
    labels = SCHEMES[name].labels
    for group in {label.group for label in labels}:
        keys = [label.key for label in labels if label.group == group and label.key]
        assert len(set(keys)) == len(keys)
        assert not any(a != b and b.startswith(a) for a in keys for b in keys), "a key must not begin another"
    assert len({label.id for label in labels}) == len(labels)


@pytest.mark.parametrize("name", SCHEMES)
def test_what_it_serves_exists(name):
    scheme = SCHEMES[name]
    assert set(scheme.problems) <= {problem.id for problem in tables.problems()}
    assert set(scheme.citations) <= set(tables.citations())
    assert scheme.problems and scheme.overlap >= 2 and scheme.minutes > 0


def test_ner_has_the_classes_of_kaznerd():
    assert len(SCHEMES["ner_kaznerd"].labels) == 25


def test_a_language_without_a_guideline_is_named():
    with pytest.raises(BadData, match="# tr"):
        tables.guideline("sentiment3", "tr")
