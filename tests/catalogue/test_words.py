"""Pairs and analogies are read in each of their layouts; the inflectional analogies are what the maker makes."""

from collections import Counter
from importlib.resources import files

import pytest

from qadam.catalogue.makers import analogies as maker
from qadam.catalogue.readers import analogies, wordpairs
from qadam.errors import Misaligned, NotReadable
from qadam.kazakh.phonology import LETTERS
from qadam.terms import Dataset, File

SAMPLES = files("qadam") / "catalogue" / "samples"


def read(reader, tmp_path, options, text, part=""):
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    row = Dataset("x", "", "", (), {"all": ()}, ("kk",), "CC0", True, options=options)
    return reader.read(row, "all", {File("url:x/a.txt", part=part): path})


@pytest.mark.parametrize(
    "options, text",
    [
        ({}, "үй баспана 5.5\n\nтау  шың 4\n"),
        ({"separator": "\t"}, "үй\tбаспана\t5.5\n\nтау\tшың\t4\n"),
        ({"separator": ",", "header": True}, "a,b,s\nүй,баспана,5.5\nтау,шың,4\n"),
        ({"separator": "\t", "columns": (1, 2, 0)}, "5.5\tүй\tбаспана\n\n4\tтау\tшың\n"),
    ],
)
def test_pairs_in_several_layouts(tmp_path, options, text):
    items = read(wordpairs, tmp_path, options, text)
    assert [(i.input["words"], i.gold) for i in items] == [(("үй", "баспана"), 5.5), (("тау", "шың"), 4.0)]


def test_pairs_keep_their_ids_and_fields(tmp_path):
    options = {"separator": "\t", "header": True, "id": 0, "columns": (2, 3, 4), "keep": {"pos": 1}}
    (item,) = read(wordpairs, tmp_path, options, "id\tpos\ta\tb\ts\nsm-7\tnoun\tүй\tтау\t1\n", part="p")
    assert item.id == "p-sm-7" and item.fields == {"pos": "noun"}


@pytest.mark.parametrize("text, fault", [("үй тау\n", Misaligned), ("үй тау көп\n", NotReadable)])
def test_a_line_that_is_no_pair_is_named(tmp_path, text, fault):
    with pytest.raises(fault, match="line 1"):
        read(wordpairs, tmp_path, {}, text)


def test_every_pair_is_asked_with_the_next_ones(tmp_path):
    text = "id\tcategory\ta\tb\n1\tpl\tүй\tүйлер\n2\tpl\tтау\tтаулар/таулары\n3\tpl\tкөл\tкөлдер\n"
    items = read(analogies, tmp_path, {"layout": "pairs", "partners": 10}, text)
    assert [item.id for item in items] == ["1.2", "1.3", "2.3", "2.1", "3.1", "3.2"]
    assert items[0].input["words"] == ("тау", "таулар", "үй") and items[0].gold == ("үйлер",)
    assert items[2].gold == ("таулар", "таулары") and items[2].group == "2"
    assert len(read(analogies, tmp_path, {"layout": "pairs", "partners": 1}, text)) == 3


def test_an_example_that_gives_the_answer_away_is_not_asked(tmp_path):
    text = "id\tcategory\ta\tb\n1\ts\tқаңтар\tқыс\n2\ts\tақпан\tқыс\n3\ts\tшілде\tжаз\n"
    items = read(analogies, tmp_path, {"layout": "pairs", "partners": 10}, text)
    assert [item.id for item in items] == ["1.3", "2.3", "3.1", "3.2"]


def test_a_single_pair_is_no_analogy(tmp_path):
    with pytest.raises(Misaligned, match="one pair"):
        read(analogies, tmp_path, {"layout": "pairs", "partners": 5}, "id\tcategory\ta\tb\n1\tpl\tүй\tүйлер\n")


def test_questions_with_sections(tmp_path):
    items = read(
        analogies, tmp_path, {"layout": "questions"}, ": plural\nүй үйлер тау таулар\n: case\nүй үйге тау тауға\n"
    )
    assert [(i.fields["category"], i.input["words"], i.gold) for i in items] == [
        ("plural", ("үй", "үйлер", "тау"), ("таулар",)),
        ("case", ("үй", "үйге", "тау"), ("тауға",)),
    ]
    with pytest.raises(Misaligned, match="line 1"):
        read(analogies, tmp_path, {"layout": "questions"}, "үй үйлер тау\n")


def rows(name):
    lines = (SAMPLES / "analogies_mini" / f"{name}.tsv").read_text("utf-8").splitlines()
    assert lines[0] == "id\tcategory\ta\tb"
    return [tuple(line.split("\t")) for line in lines[1:]]


def test_the_kept_inflection_is_what_the_maker_makes():
    assert rows("inflection") == list(maker.rows())


def test_ten_inflectional_categories_of_fifty_pairs():
    assert set(Counter(row[1] for row in rows("inflection")).values()) == {50}
    assert len({row[1] for row in rows("inflection")}) == 10


# Twenty pairs written by hand, two of each category.
BY_HAND = [
    ("noun_plural", "кәсіпорын", "кәсіпорындар"), ("noun_plural", "өлең", "өлеңдер"),
    ("noun_genitive", "қоғам", "қоғамның"), ("noun_genitive", "ел", "елдің"),
    ("noun_dative", "сот", "сотқа"), ("noun_dative", "әскер", "әскерге"),
    ("noun_accusative", "ән", "әнді"), ("noun_accusative", "ақпарат", "ақпаратты"),
    ("noun_locative", "мектеп", "мектепте"), ("noun_locative", "алаң", "алаңда"),
    ("noun_possessed", "халық", "халқы"), ("noun_possessed", "топ", "тобы"),
    ("possessed_locative", "бөлігі", "бөлігінде"), ("possessed_locative", "үйі", "үйінде"),
    ("verb_past", "қою", "қойды"), ("verb_past", "табу", "тапты"),
    ("verb_participle", "кетті", "кеткен"), ("verb_participle", "жазды", "жазған"),
    ("verb_converb", "жазу", "жазып"), ("verb_converb", "қарау", "қарап"),
]  # fmt: skip


@pytest.mark.parametrize("pair", BY_HAND, ids=lambda pair: pair[2])
def test_made_pairs_are_those_written_by_hand(pair):
    assert pair in {row[1:] for row in rows("inflection")}


@pytest.mark.parametrize("name", ["inflection", "derivation", "encyclopaedic"])
def test_authored_pairs_are_kazakh_and_stand_once(name):
    found = rows(name)
    assert len({row[0] for row in found}) == len({row[1:3] for row in found}) == len(found)
    for _, _, a, b in found:
        answers = b.split("/")
        assert a not in answers and len(set(answers)) == len(answers)
        assert all(letter in LETTERS for word in (a, *answers) for letter in word.lower())


def test_similarity_pairs_stand_once_on_their_scale():
    found = [line.split("\t") for line in (SAMPLES / "similarity_mini" / "items.tsv").read_text("utf-8").splitlines()]
    pairs = {frozenset(row[2:4]) for row in found[1:]}
    assert len(pairs) == len(found) - 1 == 40 and all(0 <= float(row[4]) <= 6 for row in found[1:])
    assert all(letter in LETTERS for row in found[1:] for word in row[2:4] for letter in word)
