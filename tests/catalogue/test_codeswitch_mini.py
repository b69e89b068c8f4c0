"""The sample of token languages keeps what its card promises."""

import csv
import re
import unicodedata
from collections import Counter
from importlib.resources import files

SAMPLE = files("qadam.catalogue") / "samples/codeswitch_mini"
CARD = (SAMPLE / "card.md").read_text("utf-8")

with (SAMPLE / "items.tsv").open(encoding="utf-8", newline="") as lines:
    ITEMS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_header_ids_and_splits():
    assert all(list(item) == ["id", "split", "kind", "text", "labels"] for item in ITEMS)
    assert [item["id"] for item in ITEMS] == [f"cs-{n:03d}" for n in range(1, len(ITEMS) + 1)]
    assert all(item["split"] == ("dev" if n % 2 else "test") for n, item in enumerate(ITEMS, 1))


def test_at_least_two_hundred_and_ten_texts_none_twice():
    assert len(ITEMS) >= 210 and len({item["text"] for item in ITEMS}) == len(ITEMS)


def test_one_label_for_each_token():
    known = {"kk", "ru", "mixed", "other", "ambiguous"}
    for item in ITEMS:
        labels = item["labels"].split(" ")
        assert len(labels) == len(item["text"].split(" ")) and set(labels) <= known, item["id"]


def test_texts_are_clean_and_nfc():
    for item in ITEMS:
        assert item["text"] == " ".join(item["text"].split()) and unicodedata.is_normalized("NFC", item["text"])


def test_tokens_without_a_letter_are_other():
    for item in ITEMS:
        for token, label in zip(item["text"].split(), item["labels"].split(), strict=True):
            if not re.search(r"[^\W\d_]", token):
                assert label == "other", (item["id"], token)


def test_russian_tokens_have_no_kazakh_letter():
    for item in ITEMS:
        for token, label in zip(item["text"].split(), item["labels"].split(), strict=True):
            assert label != "ru" or not re.search("[әғқңөұүһі]", token.lower()), (item["id"], token)


def test_the_card_counts_right():
    labels = Counter(label for item in ITEMS for label in item["labels"].split())
    told = ", ".join(f"{labels[label]} {label}" for label in ("kk", "ru", "mixed", "other", "ambiguous"))
    assert f"{sum(labels.values()):,} tokens: {told}." in CARD
    for kind, count in Counter(item["kind"] for item in ITEMS).items():
        assert f"| {kind} | {count} |" in CARD
    assert f"0 of {len(ITEMS)} reviewed" in CARD and "CC BY 4.0" in CARD
