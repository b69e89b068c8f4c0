"""Treebanks, segmented sentences and paradigms, read as their options say; what is wrong is named."""

import pytest

from qadam.catalogue.readers import paradigms, segmented, treebank
from qadam.errors import Misaligned
from qadam.terms import Dataset, File


def given(tmp_path, content, *, split="all", **options):
    path = tmp_path / "file"
    path.write_text(content, "utf-8")
    file = File("url:x/file", part="p")
    row = {"id": "x", "title": "", "reader": "", "licence": "CC0", "redistribution": True, "languages": ("kk",)}
    return Dataset(**row, files=(file,), splits={split: ()}, options=options), split, {file: path}


def conllu(*rows):
    return "".join("\t".join([*row, *["_"] * (10 - len(row))]) + "\n" for row in rows)


def test_a_treebank_has_written_words_and_their_parts(tmp_path):
    content = (
        "# text = Біз дайынбыз, болған жоқ.\n"
        + conllu(
            ("1", "Біз", "біз", "PRON", "prn", "Case=Nom"),
            ("2-3", "дайынбыз"),
            ("2", "дайын", "дайын", "ADJ", "adj", "_"),
            ("3", "быз", "е", "AUX", "cop", "Person=1"),
            ("3.1", "қосылған", "қос", "VERB", "v", "_"),
            ("4", "болған жоқ", "бол", "AUX", "vaux", "Polarity=Neg"),
        )
        + "\n"
        + conllu(("1", ".", ".", "PUNCT", "sent", "_"))
    )
    one, two = treebank.read(*given(tmp_path, content))
    assert (one.id, one.input) == ("p-00001", "Біз дайынбыз болған жоқ")
    assert one.gold == ("PRON", "ADJ", "AUX", "AUX")
    assert [part["lemma"] for part in one.fields["words"][1]] == ["дайын", "е"]
    assert one.fields["words"][2] == one.fields["words"][3]
    assert (two.id, two.input) == ("p-00002", ".")


def test_a_line_without_ten_columns_is_named(tmp_path):
    with pytest.raises(Misaligned, match="line 1: 3 columns"):
        treebank.read(*given(tmp_path, "1\tБіз\tбіз\n"))


def test_segmented_lines(tmp_path):
    (item,) = segmented.read(*given(tmp_path, "Ол · келді C+ .\tОл· · кел·ді C+ .\n", marks="·"))
    assert (item.id, item.input, item.gold) == ("00001", "Ол · келді C+ .", ("Ол", "·", "кел·ді", "C+", "."))
    assert item.fields == {"formation": False}


def test_a_segmented_table(tmp_path):
    columns = {"id": "id", "text": "text", "segmented": "cut", "upos": "pos"}
    content = "id\ttext\tcut\tpos\na1\tЖазылды .\tЖаз+ыл·ды .\tVERB PUNCT\n"
    (item,) = segmented.read(*given(tmp_path, content, marks="·+", columns=columns))
    assert (item.id, item.gold) == ("a1", ("Жаз+ыл·ды", "."))
    assert item.fields == {"upos": ("VERB", "PUNCT"), "formation": True}
    with pytest.raises(Misaligned, match="a1"):
        segmented.read(*given(tmp_path, content.replace(" PUNCT", ""), marks="·+", columns=columns))


@pytest.mark.parametrize("marked", ["Ол кел·ді", "Ол кел·де .", "Ол кел·ді ."])
def test_a_marked_copy_must_be_the_sentence(tmp_path, marked):
    with pytest.raises(Misaligned, match="sentence 00001"):
        segmented.read(*given(tmp_path, f"Ол келдi .\t{marked}\n"))  # a Latin i


FORMS = "бaла\tбалaға\tN;DAT;SG\r\nбару\tбардым\tV;SG;1;PST\r\nбару\tбармадым\tV;SG;1;NEG;PST\r\nx\ty\tV;ODD\r\n\r\n"


def test_paradigms_fold_look_alikes_and_leave_out_what_has_no_meaning(tmp_path):
    noun, past, negative = paradigms.read(*given(tmp_path, FORMS))
    assert (noun.id, noun.gold, noun.group) == ("p-00001", "балаға", "бала")
    assert noun.fields == {"lemma": "бала", "pos": "NOUN", "features": "Case=Dat"}
    assert past.fields["features"] == "Mood=Ind|Number=Sing|Person=1|Tense=Past|VerbForm=Fin"
    assert "Polarity=Neg" in negative.fields["features"]


def test_affirmative_forms_are_a_split(tmp_path):
    assert len(paradigms.read(*given(tmp_path, FORMS, split="verbs-affirmative"))) == 2
