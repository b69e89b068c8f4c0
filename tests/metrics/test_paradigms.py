"""Forms compared letter by letter."""

from qadam.metrics.paradigms import any_form, count, first_form
from qadam.terms import NO_ANSWER


def test_by_hand():
    rows = [
        count(("балаларға",), "балаларға"),
        count(("бармақ", "бармақшы"), "бармақшы"),
        count(("Алматыда",), "алматыда"),
        count((), "кел"),
        count(NO_ANSWER, "кел"),
    ]
    sums = {column: sum(row[column] for row in rows) for column in rows[0]}
    assert first_form.score(sums) == 2 / 5
    assert any_form.score(sums) == 3 / 5
