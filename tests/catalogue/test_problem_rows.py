"""The rows of the twenty problems and of their citations, read as plain TOML."""

import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CATALOGUE = Path(__file__).parents[2] / "src" / "qadam" / "catalogue"

SLUGS = (
    "tokenizer-tax",
    "morphology-benchmark",
    "code-switching",
    "llm-leaderboard",
    "asr-diagnostics",
    "script-ocr",
    "speech-emotion",
    "domain-ner",
    "synthetic-parallel",
    "headline-sentiment",
    "embedding-intrinsic",
    "asr-punctuation",
    "morph-vs-bpe",
    "byte-vs-bpe",
    "turkish-vs-russian-transfer",
    "english-cot",
    "vocab-size",
    "tts-bootstrapped-asr",
    "kk-vs-ru-safety",
    "small-native-vs-large",
)
AREAS = {
    "tokenization",
    "morphology",
    "datasets",
    "evaluation",
    "speech",
    "NER",
    "MT",
    "classification",
    "embeddings",
    "language models",
}
NEEDS = {"laptop", "GPU", "native speaker", "an hour", "endpoint"}
PROBLEM_KEYS = {
    "id", "number", "kind", "area", "difficulty", "status", "needs", "citations", "title", "claim", "step",
}  # fmt: skip
CITATION_KEYS = {"key", "title", "year", "kind", "link"}
LANGUAGES = ("en", "ru", "kk")

# The badges of the public list, counted there: (kind, difficulty) and the status of the eight hypotheses.
PUBLIC_DIFFICULTY = {
    ("pain_point", "easy start"): 7,
    ("pain_point", "medium"): 5,
    ("hypothesis", "easy start"): 3,
    ("hypothesis", "medium"): 4,
    ("hypothesis", "ambitious"): 1,
}
PUBLIC_STATUS = {"morph-vs-bpe": "contested", "turkish-vs-russian-transfer": "assumption"}

# Works that data sets, systems and metrics cite; no problem rests a claim on them.
MATERIALS = {
    "espeak-ng-2026",
    "piper-2026",
    "mms-tts-2026",
    "wikineural-2021",
    "ud-turkish-imst-2016",
    "ud-russian-gsd-2026",
    "byt5-2021",
    "mt5-2020",
    "ccnet-2019",
    "camomile-2026",
    "speech-commands-kk-2024",
    "egemaps-2016",
    "xls-r-2021",
    "emotion2vec-2024",
    "tesseract-2007",
    "mediawiki-kk-2022",
    "trocr-2021",
    "turkicocr-2026",
    "mms-2023",
    "whisper-2022",
    "fleurs-2022",
    "asr-pilot-2026",
    "popovic-2017",
    "bleu-2002",
    "sacrebleu-2018",
    "back-translation-2015",
    "apertium-kaz-kir-2026",
    "lingua-2026",
    "hainmueller-2012",
    "seqeval-2018",
    "saerens-2002",
    "guo-2017",
    "das-2014",
    "gamback-2016",
    "guzman-2017",
    "angelopoulos-2023",
    "belebele-2023",
    "kk-pilot-2024",
    "wic-kk-2026",
    "kazculture-2026",
    "flores-101-2021",
    "udhr-2026",
    "strr-2025",
    "tiktoken-2026",
    "llama-3-2024",
    "qwen2.5-2024",
    "deepseek-v3-2024",
    "gemma-2-2024",
    "mistral-nemo-2024",
    "kaz-roberta-2023",
    "qymyzlm-2026",
    "kazbert-benchmark-2026",
    "xlm-roberta-2019",
    "anlamver-2018",
    "wordsimtr-2018",
    "saritas-2024",
    "simlex-2014",
    "langprofiles-2026",
    "turkish-wiki-ner-2026",
    "kaznu-parallel-2026",
    "word2vec-2013",
    "fasttext-2016",
    "levy-2015",
    "labse-2020",
    "e5-2024",
    "bats-2016",
    "ktb-2015",
    "ktb-syntax-2015",
    "unimorph-2026",
    "morfessor-2013",
    "glotlid-2023",
    "turkicnlp-2026",
    "bpe-2016",
    "unigram-2018",
}

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    """The rows of one table file."""
    (rows,) = tomllib.loads((CATALOGUE / f"{name}.toml").read_text("utf-8")).values()
    return rows


PROBLEMS = read("problems")
CITATIONS = read("citations")

TEXTS = [
    pytest.param(language, row[field][language], id=f"{row['id']}-{field}-{language}")
    for row in PROBLEMS
    for field in ("title", "claim", "step", "caution")
    if field in row
    for language in LANGUAGES
]


def by_id(row: Row) -> str:
    return row.get("id", row.get("key"))


def scripts(word: str) -> set[str]:
    """The scripts of a word's letters, by their Unicode names: {"CYRILLIC"}, {"LATIN"} or both."""
    return {unicodedata.name(letter).split()[0] for letter in word}


def words(text: str) -> list[str]:
    """Unbroken runs of letters, so that a Kazakh ending after a hyphen is a word of its own."""
    return re.findall(r"[^\W\d_]+", text)


def figures(text: str, language: str) -> set[str]:
    """The figures of a text, its language's thousands mark taken out and its decimal mark made a point."""
    thousands, decimal = (",", ".") if language == "en" else ("\u00a0", ",")
    bare = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}(?!\d))", "", text)
    return {figure.replace(decimal, ".") for figure in re.findall(r"\d+(?:[.,]\d+)?", bare)}


def test_the_twenty_slugs_stand_in_their_public_order():
    assert [row["id"] for row in PROBLEMS] == list(SLUGS)
    assert [row["number"] for row in PROBLEMS] == list(range(1, 21))


def test_twelve_pain_points_come_before_eight_hypotheses():
    assert [row["kind"] for row in PROBLEMS] == ["pain_point"] * 12 + ["hypothesis"] * 8


def test_difficulties_are_those_of_the_public_list():
    assert Counter((row["kind"], row["difficulty"]) for row in PROBLEMS) == PUBLIC_DIFFICULTY


def test_hypotheses_have_the_status_of_the_public_list():
    hypotheses = {row["id"]: row["status"] for row in PROBLEMS if row["kind"] == "hypothesis"}
    assert hypotheses == {slug: PUBLIC_STATUS.get(slug, "unverified") for slug in SLUGS[12:]}


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_a_problem_keeps_to_the_closed_vocabularies(row: Row):
    assert set(row) - {"caution"} == PROBLEM_KEYS
    assert row["area"] in AREAS
    assert row["status"] in {"unverified", "contested", "assumption"}
    assert row["needs"] and set(row["needs"]) <= NEEDS
    assert len(row["needs"]) == len(set(row["needs"]))


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_a_contested_pain_point_says_what_speaks_against_it(row: Row):
    if row["kind"] == "pain_point" and row["status"] == "contested":
        assert "caution" in row


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_a_problem_speaks_three_languages(row: Row):
    for field in ("title", "claim", "step", "caution"):
        if field in row:
            assert tuple(row[field]) == LANGUAGES, field


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_a_title_is_short(row: Row):
    assert {language: text for language, text in row["title"].items() if len(text) > 80} == {}


@pytest.mark.parametrize("language, text", TEXTS)
def test_a_text_is_clean(language: str, text: str):
    assert text and text == unicodedata.normalize("NFC", text.strip())
    assert "\n" not in text and "  " not in text


@pytest.mark.parametrize("language, text", TEXTS)
def test_no_word_mixes_scripts(language: str, text: str):
    assert [word for word in words(text) if len(scripts(word)) > 1] == []


@pytest.mark.parametrize("language, text", TEXTS)
def test_a_text_is_written_in_the_letters_of_its_language(language: str, text: str):
    cyrillic = "".join(word for word in words(text) if scripts(word) == {"CYRILLIC"}).lower()
    kazakh_only = set(cyrillic) & set("әғқңөұүһі")
    if language == "en":
        assert not cyrillic
    elif language == "ru":
        assert cyrillic and not kazakh_only
    else:
        assert kazakh_only


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_the_three_languages_give_the_same_figures(row: Row):
    """A figure lost or mistyped in one language would pass every other check."""
    for field in ("claim", "step", "caution"):
        if field in row:
            english, russian, kazakh = (figures(row[field][language], language) for language in LANGUAGES)
            assert english == russian == kazakh, field


@pytest.mark.parametrize("row", PROBLEMS, ids=by_id)
def test_a_problem_cites_works_that_exist(row: Row):
    assert row["citations"]
    assert len(row["citations"]) == len(set(row["citations"]))
    assert set(row["citations"]) <= {citation["key"] for citation in CITATIONS}


def test_no_citation_is_unused():
    cited = {key for row in PROBLEMS for key in row["citations"]}
    assert {citation["key"] for citation in CITATIONS} == cited | MATERIALS
    assert not cited & MATERIALS


def test_citation_keys_and_links_are_unique():
    for field in ("key", "link", "title"):
        assert [value for value, n in Counter(row[field] for row in CITATIONS).items() if n > 1] == []


@pytest.mark.parametrize("row", CITATIONS, ids=by_id)
def test_a_citation_is_complete(row: Row):
    assert CITATION_KEYS <= set(row) <= CITATION_KEYS | {"title_verified", "authors", "arxiv", "doi"}
    assert re.fullmatch(rf"[a-z0-9.]+(-[a-z0-9.]+)*-{row['year']}", row["key"])
    assert row["kind"] in {"paper", "dataset", "repository"}
    assert row["title"].strip() and row.get("authors", ["absent"])


@pytest.mark.parametrize("row", CITATIONS, ids=by_id)
def test_a_link_is_the_one_its_identifier_gives(row: Row):
    assert row["link"].startswith("https://")
    if "arxiv" in row:
        assert re.fullmatch(r"\d{4}\.\d{5}", row["arxiv"])
        assert row["link"] == f"https://arxiv.org/abs/{row['arxiv']}"
    elif "doi" in row:
        assert row["link"] == f"https://doi.org/{row['doi']}"


@pytest.mark.parametrize("row", CITATIONS, ids=by_id)
def test_an_arxiv_paper_is_not_younger_than_its_identifier(row: Row):
    if "arxiv" in row:
        assert row["year"] == 2000 + int(row["arxiv"][:2])
