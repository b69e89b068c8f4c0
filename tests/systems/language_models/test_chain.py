"""Questions in several steps, asked of somebody who repeats what he is told."""

from qadam.systems.language_models.chain import in_steps
from qadam.terms import Ask, Said


def test_each_step_is_asked_with_what_the_one_before_gave():
    rounds = []

    def answer(asks):
        rounds.append([ask.prompt for ask in asks])
        assert not any(ask.then for ask in asks)
        return [Said(f"<{ask.prompt}>", ask.options) for ask in asks]

    one = Ask("1", "c", "а", options=("x", "y"), then=("б {said}", "в {said}"))
    said = in_steps(answer, [one, Ask("2", "c", "г")])
    assert rounds == [["а", "г"], ["б <а>"], ["в <б <а>>"]]
    assert said == [Said("<в <б <а>>>", ("x", "y"), before=("<а>", "<б <а>>")), Said("<г>")]


def test_nothing_asked_is_nothing_said():
    assert in_steps(lambda asks: [], []) == []
