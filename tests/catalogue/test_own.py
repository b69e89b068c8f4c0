"""A user's own rows stand beside the catalogue's."""

import pytest

from qadam.catalogue import own, tables
from qadam.errors import BadData, UnknownName

ROW = '[[dataset]]\nid = "{id}"\ntitle = "{title}"\nreader = "tabular"\nfiles = []\nsplits = {{ all = [] }}\nlanguages = ["kk"]\nlicence = "CC0-1.0"\nredistribution = true\n'


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    return tmp_path


def test_a_row_is_there_as_soon_as_it_is_put():
    with pytest.raises(UnknownName):
        tables.dataset("mine")
    assert own.put("mine", ROW.format(id="mine", title="бір")) == own.path()
    assert tables.dataset("mine").title == "бір" and tables.dataset("sib-200")
    assert tables.datasets()[-1].id == "mine" and tables.datasets() is tables.datasets()


def test_a_row_takes_the_place_of_the_one_of_its_id_and_lines_of_the_user_stay(home):
    (home / "datasets.toml").write_text("# менің тізімім\n\n" + ROW.format(id="first", title="a") + "# note\n", "utf-8")
    own.put("mine", ROW.format(id="mine", title="бір"))
    own.put("mine", ROW.format(id="mine", title="екі"))
    text = (home / "datasets.toml").read_text("utf-8")
    assert text.startswith("# менің тізімім") and "# note" in text and text.count('"mine"') == 1
    assert [row.id for row in tables.datasets()[-2:]] == ["first", "mine"] and tables.dataset("mine").title == "екі"


@pytest.mark.parametrize(
    "text, told",
    [
        ("[[dataset]\n", "is not TOML"),
        ("[[system]]\nid = 'x'\n", "something else than rows"),
        ("[[dataset]]\nid = 'x'\n", r"datasets\.toml, dataset 'x' misses"),
        (ROW.format(id="sib-200", title="x"), "second row 'sib-200'"),
        (ROW.format(id="x", title="x").replace('licence = "CC0-1.0"', 'licence = ""'), "no licence"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_and_not_written_over(home, text, told):
    (home / "datasets.toml").write_text(text, "utf-8")
    with pytest.raises(BadData, match=told) as caught:
        tables.dataset("sib-200")
    assert str(home / "datasets.toml") in str(caught.value) and "catalogue//" not in str(caught.value)
    if told in ("is not TOML", "something else than rows"):
        with pytest.raises(BadData):
            own.put("mine", ROW.format(id="mine", title="бір"))
        assert (home / "datasets.toml").read_text("utf-8") == text
