"""What a study cannot take of a user's table is left out for all conditions alike, and every count of it comes out."""

import json
from pathlib import Path

from qadam.catalogue.fetch import Places
from qadam.lab import plan
from qadam.lab.usable import CHECK, findings, noted, usable
from qadam.studies import asr_diagnostics, asr_punctuation, code_switching, domain_ner
from qadam.terms import LeftOut


def table(path: Path, *rows):
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def lines(found):
    return [(one.line, one.kind) for one in found.left]


def test_stretches_of_no_class_and_outside_the_text(tmp_path):
    text = "Қазақстан Республикасының Заңы"
    path = table(
        tmp_path / "gold.jsonl",
        {"id": "1", "text": text, "gold": {"spans": [[0, 9, "GPE"]]}},
        {"id": "2", "text": text, "gold": {"spans": [[0, 9, "COUNTRY"]]}},
        {"id": "3", "text": text, "tokens": ["басқа"], "gold": {"spans": [[0, 9, "GPE"]]}},
        {"id": "4", "text": text, "gold": {"spans": [[0, 9]]}},
        {"id": "5", "text": text, "gold": {"spans": []}},
        "{",
    )
    protocol = domain_ner.labelled(path).protocols["laptop"]
    found = usable(domain_ner.STUDY, protocol, f"file:{path}/all", Places(tmp_path, (), True))
    assert [item.id for item in found.items] == ["1", "5"] and found.rows == 6
    assert lines(found) == [(2, "label"), (3, "gold"), (4, "gold"), (6, "json")]
    assert found.left[0].words.startswith("the label 'COUNTRY' is none of ADAGE")


def test_utterances_without_words_and_with_cells_too_few(tmp_path):
    path = tmp_path / "heard.csv"
    path.write_bytes(b"hypothesis,reference\r\n" + "бір,бір\r\nекі,\r\nүш\r\nтөрт,төрт\r\n".encode())
    made = plan.make(asr_diagnostics.STUDY, "sample", out=tmp_path, places=Places(tmp_path, (), True), data=str(path))
    found = usable(made.study, made.protocol, f"speech:{path}/all", made.places)
    assert [item.gold for item in found.items] == ["бір", "төрт"] and found.rows == 4
    assert lines(found) == [(3, "no text"), (4, "cells")]


def test_passages_count_the_rows_they_are_made_of(tmp_path):
    rows = [f"Бұл {n}-сөйлем, ол осында тұр." for n in ("бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз")]
    path = tmp_path / "heard.csv"
    path.write_text("text,stars\n" + "\n".join([*(f'"{row}",1' for row in rows), "x"]), "utf-8")
    protocol = asr_punctuation.labelled(path).protocols["laptop"]
    found = usable(asr_punctuation.STUDY, protocol, f"file:{path}/passages", Places(tmp_path, (), True))
    assert found.rows == 9 and lines(found) == [(10, "cells")] and found.items


def test_reviews_of_several_files(tmp_path):
    (tmp_path / "r-1.csv").write_text("text,stars\nөте жақсы,5\nx\n", "utf-8")
    (tmp_path / "r-2.csv").write_text("stars,text\n1,өте нашар\n", "utf-8")
    made = plan.make(
        code_switching.STUDY, "laptop", out=tmp_path, places=Places(tmp_path, (), True), data=f"{tmp_path}/r-*.csv:text"
    )
    found = usable(made.study, made.protocol, made.protocol.datasets[0], made.places)
    assert [item.input for item in found.items] == ["өте жақсы", "өте нашар"]
    assert [str(one) for one in found.left] == ["r-1.csv, line 3: 1 cells, the header has 2"]


def test_pinned_data_are_used_whole(tmp_path):
    found = usable(
        code_switching.STUDY, code_switching.SAMPLE, code_switching.SAMPLE.datasets[0], Places(tmp_path, (), True)
    )
    assert not found.left and found.rows == len(found.items) and noted(found.rows, found.left) == {}


def test_findings_name_three_of_a_kind_and_count_all():
    left = [LeftOut("a.csv", line, "cells", "2 cells, the header has 3") for line in range(2, 7)]
    left.append(LeftOut("a.csv", 9, "encoding", "byte 0xcf is not UTF-8"))
    whole, cells, encoding = findings("a@1/all", 20, left)
    assert (whole.check, whole.message) == (CHECK, "6 of 20 rows of a.csv are left out; 14 are used")
    assert (cells.count, cells.of, len(cells.examples)) == (5, 20, 3)
    assert encoding.examples == ("a.csv, line 9: byte 0xcf is not UTF-8",)
    kept = noted(20, left)["left_out"]
    assert kept["kinds"] == {"cells": 5, "encoding": 1} and len(kept["first"]) == 4 and kept["used"] == 14
