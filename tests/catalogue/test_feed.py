"""Feeds as tables: headlines with source and licence, whatever the dialect; what is no feed is named with its line."""

import pytest

from qadam.catalogue.readers import tabular
from qadam.errors import EmptyDataset, NotReadable

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Жаңалық</title><copyright>CC BY 4.0</copyright>
<item><title> Көпір
 ашылды </title><guid>a1</guid><pubDate>Mon, 01 Jan 2024 00:00:00 +0500</pubDate></item>
<item><title>Жаңбыр жауады</title><link>https://x.kz/2</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Таспа</title>
<entry><title>Сот болды</title><id>urn:1</id><updated>2024-01-01T00:00:00Z</updated><rights>CC0</rights></entry></feed>"""


def read(tmp_path, text, name="a.rss", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return [row for _, row in tabular.rows(path)]


def test_a_headline_brings_source_and_licence(tmp_path):
    first, second = read(tmp_path, RSS)
    assert first == {
        "title": "Көпір ашылды", "id": "a1", "date": "Mon, 01 Jan 2024 00:00:00 +0500", "source": "Жаңалық", "licence": "CC BY 4.0",
    }  # fmt: skip
    assert second["id"] == "https://x.kz/2" and second["date"] == ""


def test_atom_is_read_too_and_a_licence_of_an_entry_is_its_own(tmp_path):
    (row,) = read(tmp_path, ATOM, "a.xml")
    assert (row["title"], row["id"], row["source"], row["licence"]) == ("Сот болды", "urn:1", "Таспа", "CC0")


def test_the_encoding_is_the_one_declared(tmp_path):
    text = '<?xml version="1.0" encoding="windows-1251"?><rss><channel><title>т</title><item><title>Мост</title></item></channel></rss>'
    assert read(tmp_path, text, encoding="windows-1251")[0]["title"] == "Мост"


def test_the_title_is_the_text_of_a_table_of_headlines(tmp_path):
    read(tmp_path, RSS)
    assert tabular.own(tmp_path / "a.rss").options["text"] == "title"


@pytest.mark.parametrize(
    ("text", "says", "kind"),
    [
        ("<rss><channel>\n<item></rss>", "line 2", NotReadable),
        ("<html></html>", "no feed", NotReadable),
        ("<rss><channel/></rss>", "no headline", EmptyDataset),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss/>', "document type", NotReadable),
    ],
)
def test_what_is_no_feed_is_named(tmp_path, text, says, kind):
    with pytest.raises(kind, match=says):
        read(tmp_path, text)
