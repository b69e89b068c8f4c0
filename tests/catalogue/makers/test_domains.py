"""Splits of a corpus by its folders."""

import pytest

from qadam.catalogue.makers import domains
from qadam.errors import EmptyDataset
from qadam.terms import Item

FOUND = [
    Item(name, "т", "т")
    for name in (
        "KSC2/Train/crowdsourced/1",
        "KSC2/Test/tv_news/2",
        "KSC2/Test/talkshow/3",
        "KSC2/Test/podcasts/4",
        "KSC2/Test/radio/5",
    )
]


@pytest.mark.parametrize("split, last", [("learn", "1"), ("news", "2"), ("spontaneous", "34"), ("all", "12345")])
def test_a_split_has_the_utterances_of_its_folders(split, last):
    assert "".join(item.id[-1] for item in domains.make(FOUND, split)) == last


def test_folders_that_are_not_there_are_told():
    with pytest.raises(EmptyDataset, match="there are a, ksc"):
        domains.make([Item("ksc/a/1", "т", "т")], "news")
    assert len(domains.revision()) >= 16
