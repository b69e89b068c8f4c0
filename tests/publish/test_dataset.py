"""A release says what the records say, and is refused where they do not hold together."""

import hashlib
import importlib.util
import json
import re
import sqlite3
from pathlib import Path

import polars
import pytest

from qadam.catalogue import own, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.items import load
from qadam.errors import AgreementTooLow, NotReleasable, RecordDamaged, Usage
from qadam.publish import release
from qadam.publish.release import Wishes, plain, records, row
from qadam.publish.release.records import in_words

_spec = importlib.util.spec_from_file_location("workfolder", Path(__file__).with_name("workfolder.py"))
workfolder = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(workfolder)

WISHES = Wishes(licence="CC-BY-4.0", date="2026-11-23")
HOSTILE = "<script>alert(1)</script> ---\nlicense: mit\n| a | b |\n# тақырып ``` [x](javascript:1) \u2028 \x85 😀 ّ"


KINDS = [
    ("morphemes", {"text": "балалар"}, {"cuts": [4], "labels": ["stem", "inflection"], "pos": "NOUN"}, "cuts", [4]),
    (
        "ner_kaznerd",
        {"text": "Абай"},
        {"spans": [[0, 4, "PERSON"]]},
        "spans",
        [{"start": 0, "end": 4, "label": "PERSON"}],
    ),
    ("word_similarity", {"text": "ат, жылқы", "pair": ["ат", "жылқы"]}, {"value": 4.5}, "value", 4.5),
    ("punctuation", {"text": "сәлем"}, {"text": "Сәлем!"}, "gold_text", "Сәлем!"),
    ("codeswitch_tokens", {"text": "но барам"}, {"labels": ["ru", "kk"]}, "labels", ["ru", "kk"]),
]


def one(tmp_path, scheme, item, answer):
    """A work folder of one item, on which two people agree."""
    said = {"1": answer}
    return workfolder.write(tmp_path / scheme, scheme, [{"id": "1", **item}], {"a1": said, "a2": said})


def build(folder, scheme="sentiment3", wishes=WISHES):
    return release.build(tables.scheme(scheme), folder, wishes=wishes)


def head(folder):
    """The metadata at the head of a card, read by a YAML reader that is not ours."""
    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    text = (folder / "README.md").read_text("utf-8")
    return yaml.safe_load(text.split("---\n")[1])


def rows(folder, split):
    return [json.loads(line) for line in (folder / "data" / f"{split}.jsonl").read_text("utf-8").split("\n") if line]


@pytest.fixture
def folder(tmp_path):
    items, answers = workfolder.headlines(120)
    return workfolder.write(tmp_path / "sentiment3", "sentiment3", items, answers)


# --- what is made ---


def test_every_item_is_in_one_split_and_no_document_in_two(folder):
    built = build(folder)
    by_split = {split: rows(built.folder, split) for split in built.sizes}
    assert {split: len(found) for split, found in by_split.items()} == built.sizes
    ids = [row["id"] for found in by_split.values() for row in found]
    assert sorted(ids) == sorted(f"h{i}" for i in range(120))
    groups = [{row["group"] for row in found} for found in by_split.values()]
    assert sum(map(len, groups)) == 60 == len(set.union(*groups))
    assert list(by_split) == ["train", "validation", "test"] and built.sizes["train"] > 80


def test_a_larger_release_leaves_every_document_in_its_split(folder, tmp_path):
    before = {
        row["id"]: split for split in ("train", "validation", "test") for row in rows(build(folder).folder, split)
    }
    items, answers = workfolder.headlines(300)
    later = build(workfolder.write(tmp_path / "later", "sentiment3", items, answers)).folder
    after = {row["id"]: split for split in ("train", "validation", "test") for row in rows(later, split)}
    assert {id: after[id] for id in before} == before


def test_a_small_release_is_for_testing_alone(tmp_path):
    items, answers = workfolder.headlines(12)
    built = build(workfolder.write(tmp_path / "s", "sentiment3", items, answers))
    assert built.sizes == {"test": 12} and built.row.splits == {"test": ("test",), "all": ("test",)}


def test_parquet_and_json_lines_hold_the_same(folder):
    built = build(folder)
    for split in built.sizes:
        table = polars.read_parquet(built.folder / "data" / f"{split}.parquet")
        assert table.to_dicts() == rows(built.folder, split)


def test_the_same_records_give_the_same_bytes(folder):
    first = (build(folder).folder / "SHA256SUMS").read_text("utf-8")
    assert (build(folder).folder / "SHA256SUMS").read_text("utf-8") == first


def test_checksums_cover_every_file(folder):
    built = build(folder)
    listed = dict(reversed(line.split("  ")) for line in (built.folder / "SHA256SUMS").read_text("utf-8").splitlines())
    there = {p.relative_to(built.folder).as_posix(): p for p in built.folder.rglob("*") if p.is_file()}
    assert listed.keys() == there.keys() - {"SHA256SUMS"}
    assert all(hashlib.sha256(there[name].read_bytes()).hexdigest() == listed[name] for name in listed)


def test_the_card_says_what_the_records_say(folder):
    card = (build(folder).folder / "README.md").read_text("utf-8")
    assert "| items | 120 |" in card and "| annotators | 2 |" in card and "alpha **0.900** [0.850, 0.950]" in card
    assert "guideline:sentiment3: machine-written, 0 of 4 reviewed" in card
    found = head(folder / "release")
    assert found["license"] == "cc-by-4.0" and found["language"] == ["kk"] and found["size_categories"] == ["n<1K"]
    files = {one["split"]: one["path"] for one in found["configs"][0]["data_files"]}
    assert all((folder / "release" / path).is_file() for path in files.values()) and "train" in files


def test_the_citation_is_a_citation_file(folder):
    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    build(folder, wishes=Wishes(licence="CC-BY-4.0", date="2026-11-23", authors=('Институт "Тіл": №1 #x',)))
    found = yaml.safe_load((folder / "release" / "CITATION.cff").read_text("utf-8"))
    # What Citation File Format 1.2.0 requires, and the types of what else is said.
    assert found["cff-version"] == "1.2.0" and found["type"] == "dataset"
    assert all(isinstance(found[key], str) and found[key] for key in ("message", "title", "version", "license"))
    assert found["authors"] == [{"name": 'Институт "Тіл": №1 #x'}]
    assert str(found["date-released"]) == "2026-11-23"


def test_names_times_and_comments_of_annotators_stay_here(folder):
    built = build(folder)
    written = "".join(p.read_text("utf-8", "replace") for p in built.folder.rglob("*") if p.is_file())
    assert "Айгүл" not in written and "consent.md" not in [p.name for p in built.folder.rglob("*")]
    one = json.loads((built.folder / "decisions.jsonl").read_text("utf-8").split("\n")[0])
    assert one.keys() == {"item", "annotator", "answer", "skipped"}


@pytest.mark.parametrize("scheme, item, answer, column, wanted", KINDS)
def test_each_kind_of_answer_has_its_columns(tmp_path, scheme, item, answer, column, wanted):
    built = build(one(tmp_path, scheme, item, answer), scheme)
    (row,) = rows(built.folder, "test")
    assert row[column] == wanted and row["text"] == item["text"]
    assert polars.read_parquet(built.folder / "data/test.parquet").to_dicts()[0][column] == wanted
    assert built.row.options["gold"] in row


def test_hostile_text_stays_text(tmp_path):
    items, answers = workfolder.headlines(3, source=HOSTILE, stratum=HOSTILE, licence="CC BY 4.0")
    items = [{**item, "text": HOSTILE + item["id"]} for item in items]
    built = build(workfolder.write(tmp_path / "s", "sentiment3", items, answers))
    card = (built.folder / "README.md").read_text("utf-8")
    body, example = card.split("An item:")
    assert (
        "<script>" not in body
        and "\n| a | b |" not in body
        and "\n# тақырып" not in body
        and not re.search(r"(?<!\\)[\[\]`]\(?java", body)
    )
    assert "\nlicense: mit" not in card and head(built.folder)["license"] == "cc-by-4.0"
    fence = example.strip().split("\n")[0].removesuffix("json")
    assert fence.startswith("````") and example.count(fence) == 2  # longer than the one inside
    assert [row["text"] for row in rows(built.folder, "test")] == [item["text"] for item in items]
    json.loads((built.folder / "croissant.json").read_text("utf-8"))


def test_a_hostile_author_breaks_neither_yaml_nor_toml(folder):
    import tomllib

    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    assert yaml.safe_load(plain.yaml({"a": HOSTILE, "b": [HOSTILE]})) == {"a": HOSTILE, "b": [HOSTILE]}
    assert tomllib.loads(plain.toml({"a": HOSTILE, "b": {"ә": [1, True, HOSTILE]}}, table="x")) == {
        "x": [{"a": HOSTILE, "b": {"ә": [1, True, HOSTILE]}}]
    }
    built = build(folder)
    assert tomllib.loads(row.text(built.row))["dataset"][0]["id"] == "sentiment3-gold"


# --- licences ---


def test_texts_without_a_licence_stay_here(tmp_path):
    items, answers = workfolder.headlines(3, source="kazsandra/score")  # its row: none stated
    work = workfolder.write(tmp_path / "s", "sentiment3", items, answers)
    with pytest.raises(NotReleasable, match="need a licence of their own"):
        build(work, wishes=Wishes())
    built = build(work)
    written = "".join(p.read_text("utf-8", "replace") for p in built.folder.rglob("*") if p.is_file())
    assert "бағалар" not in written and "Texts are not part of this release" in written
    assert [row["id"] for row in rows(built.folder, "test")] == ["h0", "h1", "h2"]
    assert not {"text", "source_text", "gold_text", "why"} & {
        *polars.read_parquet(built.folder / "data/test.parquet").columns
    }
    assert not built.row.redistribution and "/local/" in built.row.files[0].source  # this machine may read them
    assert "бағалар" in (work / "local/test.jsonl").read_text("utf-8")


def test_a_row_is_read_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setenv("QADAM_HOME", str(tmp_path / "home"))
    for licence in ("CC BY 4.0", "none stated"):  # with texts and without
        items, answers = workfolder.headlines(3, licence=licence)
        built = build(workfolder.write(tmp_path / "s", "sentiment3", items, answers))
        own.put(built.row.id, row.text(built.row))
        assert tables.dataset("sentiment3-gold") == built.row
        found = load("sentiment3-gold/all", Places.from_environment())
        assert [(item.id, item.input, item.group) for item in found] == [
            (i["id"], i["text"], i["group"]) for i in items
        ]


def test_what_was_written_from_such_texts_cannot_be_released(tmp_path):
    items = [{"id": "1", "text": "сәлем", "licence": "none stated"}]
    said = {"1": {"text": "Сәлем!"}}
    work = workfolder.write(tmp_path / "p", "punctuation", items, {"a1": said, "a2": said})
    with pytest.raises(NotReleasable, match="nothing would be left"):
        build(work, "punctuation")


@pytest.mark.parametrize(
    "stated, own, holds",
    [
        ("CC BY 4.0", "", "CC-BY-4.0"),
        ("CC BY 4.0", "CC0-1.0", "CC-BY-4.0"),
        ("MIT (the code); CC BY-SA 4.0 (the text)", "CC-BY-4.0", "CC-BY-SA-4.0"),
        ("cc-by-nc-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0"),
    ],
)
def test_the_stricter_licence_holds(tmp_path, stated, own, holds):
    items, answers = workfolder.headlines(2, licence=stated)
    built = build(workfolder.write(tmp_path / "s", "sentiment3", items, answers), wishes=Wishes(licence=own))
    assert built.permit.licence.id == holds == built.row.licence and built.permit.texts


@pytest.mark.parametrize(
    "stated", ["none stated", "ask us", "CC BY-ND 4.0", "none stated (the site); CC BY 4.0 (by report)"]
)
def test_a_licence_that_allows_nothing_or_is_unknown_withholds_texts(tmp_path, stated):
    items, answers = workfolder.headlines(2, licence=stated)
    built = build(workfolder.write(tmp_path / "s", "sentiment3", items, answers))
    assert not built.permit.texts and built.permit.licence.id == "CC-BY-4.0"


def test_no_licence_no_release(tmp_path, folder):
    with pytest.raises(NotReleasable, match="120 items state no licence"):
        build(folder, wishes=Wishes())
    with pytest.raises(NotReleasable, match="no licence known here"):
        build(folder, wishes=Wishes(licence="mine"))
    assert not (folder / "release").exists()


# --- what is refused ---


def test_without_an_agreement_record_only_a_draft(folder):
    (folder / "agreement.json").unlink()
    with pytest.raises(NotReleasable, match="no agreement record"):
        build(folder)
    built = build(folder, wishes=Wishes(licence="CC-BY-4.0", draft=True))
    assert built.folder.name == "draft" and not (folder / "release").exists()
    for name in ("README.md", "CITATION.cff", "croissant.json"):
        assert "DRAFT" in (built.folder / name).read_text("utf-8"), name
    assert built.row.id == "sentiment3-gold-draft" and "DRAFT" in built.row.title and "DRAFT" in built.row.note
    assert "draft" in head(built.folder)["tags"]


def test_low_agreement_is_not_mended_by_settling(tmp_path):
    items, answers = workfolder.headlines(4)
    low = {"value": 0.5, "low": 0.4, "high": 0.6, "reached": False}
    work = workfolder.write(tmp_path / "s", "sentiment3", items, answers, agreement=low)
    with pytest.raises(AgreementTooLow, match="Settling disagreements does not mend it") as caught:
        build(work)
    assert caught.value.exit_code == 1
    assert "DRAFT" in (build(work, wishes=Wishes(licence="MIT", draft=True)).folder / "README.md").read_text("utf-8")


def test_agreement_that_could_not_be_judged_is_none(tmp_path):
    items, answers = workfolder.headlines(4)
    work = workfolder.write(
        tmp_path / "s", "sentiment3", items, answers, agreement={"reached": None, "note": "needs chrF"}
    )
    with pytest.raises(NotReleasable, match="needs chrF"):
        build(work)


@pytest.mark.parametrize("change", ["decision", "items", "version", "record"])
def test_what_changed_after_the_agreement_is_noticed(folder, change):
    if change == "decision":  # a correction to the same answer: the gold stays, the log does not
        log = sqlite3.connect(folder / "log.sqlite")
        log.execute(
            "INSERT INTO decision SELECT NULL, item, annotator, version, payload, skip, comment, proposal, proposer, seconds, "
            "at, request FROM decision WHERE seq = 1"
        )
        log.commit()
        log.close()
    elif change == "items":
        with (folder / "items.jsonl").open("a", encoding="utf-8") as items:
            items.write('{"id": "new", "text": "жаңа"}\n')
    else:
        found = json.loads((folder / "agreement.json").read_text("utf-8"))
        found |= {"guideline_version": 7} if change == "version" else {"seen": {}}
        (folder / "agreement.json").write_text(json.dumps(found), "utf-8")
    with pytest.raises(RecordDamaged, match="measured on other items or decisions"):
        build(folder)


@pytest.mark.parametrize(
    "key, value", [("gold", {"label": "neutral"}), ("text", "басқа"), ("how", "adjudicated"), ("id", "h999")]
)
def test_gold_that_was_edited_is_noticed(folder, key, value):
    first, *rest = (folder / "gold.jsonl").read_text("utf-8").splitlines()
    edited = json.dumps({**json.loads(first), key: value}, ensure_ascii=False)
    (folder / "gold.jsonl").write_text("\n".join([edited, *rest]) + "\n", "utf-8")
    with pytest.raises(RecordDamaged, match=r"gold\.jsonl, item"):
        build(folder)


def test_disagreements_left_open_are_refused_and_settled_ones_are_told(tmp_path):
    items, answers = workfolder.headlines(5)
    answers["a2"] = {**answers["a2"], "h1": {"label": "positive"}, "h2": None}
    with pytest.raises(NotReleasable, match="disagree on 2 items"):
        build(workfolder.write(tmp_path / "s", "sentiment3", items, answers))
    settled = [("h1", {"label": "neutral"}), ("h2", None)]
    work = workfolder.write(tmp_path / "t", "sentiment3", items, answers, settled=settled)
    built = build(work)
    card = (built.folder / "README.md").read_text("utf-8")
    assert "| settled by an adjudicator | 1 of 4 |" in card and "1 further items are not in it" in card
    assert {row["id"]: row["how"] for row in rows(built.folder, "test")}["h1"] == "adjudicated"
    kept = [line for line in (work / "gold.jsonl").read_text("utf-8").splitlines() if '"h1"' not in line]
    (work / "gold.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    with pytest.raises(NotReleasable, match="disagree on 1 items"):  # settled, but the gold was written before
        build(work)


def test_empty_gold_is_refused_even_as_a_draft(folder):
    for draft in (False, True):
        (folder / "gold.jsonl").write_text("", "utf-8")
        with pytest.raises(NotReleasable, match="is empty"):
            build(folder, wishes=Wishes(licence="MIT", draft=draft))
    (folder / "gold.jsonl").unlink()
    with pytest.raises(NotReleasable, match="qadam adjudicate sentiment3"):
        build(folder)


def test_consent_is_asked_of_everybody(folder):
    note = folder / "consent.md"
    note.write_text("a1 agreed, a22 too", "utf-8")
    with pytest.raises(NotReleasable, match="does not say that a2 agreed"):
        build(folder)
    note.write_text(records.template(), "utf-8")
    with pytest.raises(NotReleasable, match="not filled in"):
        build(folder)
    note.unlink()
    with pytest.raises(NotReleasable, match="--consent-template"):
        build(folder)


def test_damaged_files_are_named(folder):
    (folder / "gold.jsonl").write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(RecordDamaged, match=r"gold\.jsonl is not what"):
        build(folder)
    (folder / "log.sqlite").write_bytes(b"not a database at all, by no means" * 40)
    with pytest.raises(RecordDamaged, match="no log of decisions"):
        build(folder)
    (folder / "items.jsonl").unlink()
    with pytest.raises(Usage, match="nothing was annotated"):
        build(folder)


def test_a_folder_of_somebody_else_is_not_removed(folder):
    (folder / "release").mkdir()
    (folder / "release" / "thesis.docx").write_text("мұра", "utf-8")
    with pytest.raises(Usage, match="holds something else"):
        build(folder)
    assert (folder / "release" / "thesis.docx").exists()


@pytest.mark.parametrize("name", ["../up", "Үлкен", "a b", "-x", "A", "x/y"])
def test_a_name_is_plain(folder, name):
    with pytest.raises(Usage, match="cannot name a dataset"):
        build(folder, wishes=Wishes(licence="MIT", name=name))


def test_images_go_along_and_nothing_outside_media_does(tmp_path):
    work = tmp_path / "transcription"
    (work / "media").mkdir(parents=True)
    (work / "media" / "1.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret").write_text("құпия", "utf-8")
    said = {"1": {"text": "қазақ"}}
    for image, fine in (("media/1.png", True), ("media/../../secret", False), ("media/none.png", False)):
        items = [{"id": "1", "text": "", "image": image}]
        workfolder.write(work, "transcription", items, {"a1": said, "a2": said})
        if fine:
            built = build(work, "transcription")
            assert (built.folder / image).read_bytes() == b"\x89PNG" and built.row.options["text"] == "image"
        else:
            with pytest.raises(NotReleasable, match=r"no file of media/"):
                build(work, "transcription")


# --- what a machine wrote ---


def test_a_review_says_how_much_of_a_sample_people_have_read(tmp_path):
    import tomllib

    items = [
        {"id": f"choice-mini/{i}", "text": f"сұрақ {i}", "source": "choice-mini", "licence": "CC BY 4.0"}
        for i in range(3)
    ]
    said = {f"choice-mini/{i}": {"text": f"сұрақ {i}", "label": "approve"} for i in range(3)}
    work = workfolder.write(tmp_path / "text_review", "text_review", items, {"a1": said, "a2": said})
    built = build(work, "text_review")
    assert "choice-mini: machine-written, 3 of 48 reviewed, by 2 people" in (built.folder / "README.md").read_text(
        "utf-8"
    )
    (row,) = tomllib.loads((built.folder / "reviews.toml").read_text("utf-8"))["review"]
    assert row == {"dataset": "choice-mini", "of": 48, "reviewed": 3, "people": 2, "guideline": 1}


# --- other programs ---


@pytest.mark.parametrize("kind", [None, *KINDS], ids=lambda kind: kind[0] if kind else "choice")
def test_croissant_is_accepted_by_the_reference_validator(folder, tmp_path, kind):
    croissant = pytest.importorskip("mlcroissant", reason="needs mlcroissant: pip install mlcroissant pyarrow")
    built = build(folder) if kind is None else build(one(tmp_path, *kind[:3]), kind[0])
    data = croissant.Dataset(jsonld=str(built.folder / "croissant.json"))
    assert not data.metadata.ctx.issues.errors
    assert {record.name for record in data.metadata.record_sets} == built.sizes.keys()
    found = [row["test/id"].decode() for row in data.records("test")]
    assert found == [row["id"] for row in rows(built.folder, "test")]


def test_agreement_in_words_says_where_there_is_no_interval():
    told = {"measure": "alpha", "value": 1.0, "low": None, "high": None}
    assert in_words(told) == "alpha 1.00 no interval"
    assert in_words(told | {"low": 0.9, "high": 1.0}) == "alpha 1.00 [0.90, 1.00]"
    assert in_words(told | {"value": None}) == "alpha not known"
