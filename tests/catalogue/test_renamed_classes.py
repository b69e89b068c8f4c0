"""Labels under the names of other classes: what is named stays and is valid IOB2, everything else becomes O."""

import pytest

from qadam.catalogue.readers.conll import _renamed

CLASSES = {"GPE": "LOCATION", "FACILITY": "LOCATION", "PER": "PERSON"}


@pytest.mark.parametrize(
    ("labels", "renamed"),
    [
        ("B-GPE I-GPE O B-DATE", "B-LOCATION I-LOCATION O O"),
        ("B-GPE B-FACILITY", "B-LOCATION B-LOCATION"),  # two stretches stay two
        ("B-GPE I-FACILITY", "B-LOCATION B-LOCATION"),
        ("I-PER I-PER O I-PER", "B-PERSON I-PERSON O B-PERSON"),
        ("B-MISC I-PER", "O B-PERSON"),
    ],
)
def test_renamed(labels, renamed):
    assert _renamed(labels.split(), CLASSES) == tuple(renamed.split())
