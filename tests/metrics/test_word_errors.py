"""Every class of error on words that a Kazakh reader would put there, and sums that fit the error rate."""

import pytest

from qadam.metrics.wer import Errors, Heard
from qadam.metrics.word_errors import CLASS_RATES, CLASSES, classified, count, endings_heard, parts


@pytest.mark.parametrize(
    ("gold", "found", "kind"),
    [
        ("ол он екі мың теңге берді", "ол 12 мың теңге берді", "number"),
        ("пойыз 25-ші жолда", "пойыз жиырма бесінші жолда", "number"),
        ("ол алғаш рет келді", "ол алғашрет келді", "spacing"),
        ("қазақ елі", "казак елі", "letters"),
        ("ұшақтың кешіккені", "ушактың кешіккені", "letters"),
        ("мен магазинге бардым", "мен магазинка бардым", "switched"),
        ("мен кітапты алдым", "мен кітаптың алдым", "ending"),
        ("балалар мектепке барды", "балалар мектепте барды", "ending"),
        ("таңертең жаңбыр жауды", "таңертең жаңбір жауды", "one_letter"),
        ("бала үйге келді", "бала тауға келді", "other"),
        ("бала кеше келді", "бала келді", "left_out"),
        ("бала келді", "бала ғой келді", "added"),
    ],
)
def test_every_class(gold, found, kind):
    assert {name for _, name in classified(gold, found)} == {kind}


def test_nothing_wrong_is_no_error():
    assert classified("Бала үйге келді.", "бала үйге келді") == []


def test_a_number_is_judged_apart_from_the_errors_beside_it():
    found = classified("сағат тоғызда ашылып алтыда жабылады", "сағат 9-да ашылып алтыда жабылды")
    assert [kind for _, kind in found] == ["number", "number", "ending"]


def test_the_classes_add_up_to_the_error_rate():
    for gold, heard in [
        ("қазақ елі он бір", "казак ели 11"),
        ("бала алғаш рет келді", "балалар алғашрет"),
        ("", "иә"),
        ("иә", ""),
    ]:
        row = count(Heard(heard, gold), gold)
        assert (
            sum(row[f"class_{kind}"] for kind in CLASSES) == Errors("search")(Heard(heard, gold), gold)["search_errors"]
        )


def test_letters_are_wrong_in_the_stem_or_in_the_ending():
    assert parts("кітаптарға", "кітаптарды") == {
        "stem_letters": 5,
        "stem_errors": 0,
        "ending_letters": 5,
        "ending_errors": 2,
    }
    assert parts("кітаптарға", "кітептарға")["stem_errors"] == 1
    assert parts("бала келді", "келді")["stem_letters"] == 3  # a word that was left out says nothing of its parts: кел


def test_endings_are_named_with_their_own_stem():
    assert endings_heard(Heard("мен кітаптың алдым", "мен кітапты алдым")) == ["-ты → -тың"]


def test_titles_stand_in_three_languages():
    assert all(set(metric.title) == {"en", "ru", "kk"} and all(metric.title.values()) for metric in CLASS_RATES)
