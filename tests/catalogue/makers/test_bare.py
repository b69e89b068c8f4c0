"""Texts become words with labels; with a reference, those of the reference."""

from qadam.catalogue.makers import bare
from qadam.terms import Item


def test_a_text_gives_its_own_labels():
    (item,) = bare.make([Item("7", "Ол келді."), Item("8", "—")], "all")
    assert (item.input, item.gold, item.fields["tokens"]) == ("ол келді", ("A", "a."), ("ол", "келді"))


def test_of_a_recognised_text_the_reference_has_the_labels():
    items = [Item("7", "Ол, кельді", "Ол келді ме?"), Item("7", "ол келді ме", "Ол келді ме?")]
    first, second = bare.make(items, "all")
    assert first.gold == ("A", "a?") and second.gold == ("A", "a", "a?")
    assert first.id != second.id, "the same sentence may have been read twice"
