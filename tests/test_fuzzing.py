"""Damaged files of every kind that Qadam reads: each is read, or refused by an error that names it; nothing else, and soon.

A small good file of each kind is damaged at random, the same way in every run. QADAM_FUZZ=N damages each N times instead of 40.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import signal
import tarfile
import threading
import wave
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import polars
import pytest

from qadam.annotation import interop
from qadam.annotation import rows as annotation_rows
from qadam.annotation.interop.exchange import Annotated
from qadam.catalogue import corpus, own, tables
from qadam.catalogue.readers import images, labels
from qadam.errors import QadamError
from qadam.publish import harness
from qadam.store import Store, latest_evidence
from qadam.systems.language_models.recorded import Recorded
from qadam.systems.speech import audio
from qadam.systems.words import vectors
from qadam.terms import Cell, Dataset, File, Measurement, Record, SystemRow

ROUNDS = int(os.environ.get("QADAM_FUZZ", "40"))
LONGEST = 5  # seconds for one file


@dataclass(frozen=True)
class Kind:
    """Files of one kind, whole, and how they are read; `parts` may be damaged, the others stay."""

    files: dict[str, bytes]
    read: Callable[[Path], object]

    def laid(self, folder: Path) -> None:
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


# --- damage -----------------------------------------------------------------------------------------------------------


def cut_short(chance, data):
    return data[: chance.randrange(len(data))]


def bits_turned(chance, data):
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def piece_lost(chance, data):
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 20) :]


def piece_twice(chance, data):
    start = chance.randrange(len(data))
    end = start + chance.randint(1, 200)
    return data[:end] + data[start:end] + data[end:]


def put_in(*pieces):
    def put(chance, data):
        at = chance.randrange(len(data) + 1)
        return data[:at] + chance.choice(pieces) + data[at:]

    return put


def line_lost(chance, data):
    rows = data.split(b"\n")
    rows.pop(chance.randrange(len(rows)))
    return b"\n".join(rows)


def another_value(chance, data):
    """A word, number or text becomes one that nobody expects there."""
    found = list(re.finditer(rb'"[^"\n]*"|-?\d+(\.\d+)?|true|false|null|[^\s,;\t|]+', data))
    if not found:
        return data
    place = chance.choice(found)
    return data[: place.start()] + chance.choice(STRANGE) + data[place.end() :]


STRANGE = (
    b"null",
    b"[]",
    b"{}",
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"99999999999999999999",
    b'""',
    b'"\\ud800"',
    b"true",
    b"[[1]]",
    b"",
    b"1_1",
    "٣".encode(),
)
DAMAGE = (
    cut_short, bits_turned, piece_lost, piece_twice, line_lost, another_value, another_value, another_value,
    lambda chance, data: b"",
    lambda chance, data: b"\xef\xbb\xbf" + data,
    lambda chance, data: data.replace(b"\n", b"\r\n"),
    lambda chance, data: data.replace(b"\n", b"\r"),
    put_in(b"\0", b"\0" * 9),
    put_in(b"\xff\xfe", b"\xd2", b"\xed\xa0\x80", "\u2028\x85\u200f".encode()),
    put_in(b"x" * 300_000, b"1" * 5_000, b"[" * 100_000, b'{"a":' * 50_000, b'"', b"\n\n", b"\t\t", b",", b"{", b"]"),
)  # fmt: skip


@contextmanager
def soon():
    """Whoever takes longer than LONGEST is stopped."""

    def stop(*_):
        raise TimeoutError(f"took longer than {LONGEST} s")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- kinds of files ---------------------------------------------------------------------------------------------------


def data(reader, files, *, split="all", languages=("kk", "ru"), parts=(), **options):
    """A data set of files by its reader; a file is its content, or (content, language, part)."""
    told = {name: content if isinstance(content, tuple) else (content, "", "") for name, content in files.items()}
    rows = {File(f"url:x/{name}", language=one[1], part=one[2]): name for name, one in told.items()}
    splits = {split: tuple(parts)}
    row = Dataset("x", "x", reader, tuple(rows), splits, languages, "CC0", True, options=options)

    def read(folder):
        module = import_module(f"qadam.catalogue.readers.{reader}")
        return list(module.read(row, split, {file: folder / name for file, name in rows.items()}))

    return Kind({name: encoded(one[0]) for name, one in told.items()}, read)


def encoded(content):
    return content if isinstance(content, bytes) else content.encode()


def parquet(rows):
    out = io.BytesIO()
    polars.DataFrame(rows).write_parquet(out)
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def sound(width=2):
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setparams((1, width, 8_000, 0, "NONE", ""))
        written.writeframes(bytes(range(256)) * 8)
    return out.getvalue()


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in {"a.wav": sound(), "a.txt": "Қала".encode()}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def sheet(*rows):
    cells = "".join(
        "<row>"
        + "".join(f'<c r="{"ABCD"[n]}1" t="inlineStr"><is><t>{c}</t></is></c>' for n, c in enumerate(row))
        + "</row>"
        for row in rows
    )
    return f"<worksheet><sheetData>{cells}</sheetData></worksheet>"


AREAS = {"Old": {"name": "old", "origin": "general", "expected": {"kk": "1", "ru": "1"}, "least": {"kk": 1, "ru": 1}}}
JUDGED = {
    "id": {"kk": "id", "ru": "id"},
    "aligned": 1,
    "alone": "alone",
    "areas": AREAS,
    "kinds": {"original": "direct"},
}
PROMPTS = [
    ("id", "risk_area", "question_type", "question"),
    ("1", "Old", "original", "а?"),
    ("2", "Old", "original", "б?"),
]
WORKBOOK = {
    "xl/_rels/workbook.xml.rels": '<R><R Id="r1" Target="a.xml"/><R Id="r2" Target="b.xml"/></R>',
    "xl/sharedStrings.xml": "<sst/>",
    "xl/workbook.xml": '<w xmlns:r="r"><sheets><sheet name="K" r:id="r1"/><sheet name="R" r:id="r2"/></sheets></w>',
    "xl/a.xml": sheet(*PROMPTS),
    "xl/b.xml": sheet(*PROMPTS),
}
QUESTION = {"q": "Астана қайда?", "a": ["Қазақстан", "Ресей"], "k": "A", "id": "1"}
ASKED = {"question": "q", "choices": "a", "answer": "k"}
UTTERANCES = "sentence\tclient_id\tgender\tpath\nҚала үлкен.\ts1\tmale\ta.wav\nОл келді.\ts2\t\tb.wav\n"
CONLLU = "# text = Ол келді\n1-2\tОл келді\t_\t_\t_\t_\t_\t_\t_\t_\n1\tОл\tол\tPRON\t_\tCase=Nom\t_\t_\t_\t_\n2\tкелді\tкел\tVERB\t_\t_\t_\t_\t_\t_\n\n"
ARTICLES = (
    '<u xmlns="x"><title>Т</title><preamble><para>а</para></preamble><article number="1"><para>б</para></article></u>'
)
FEED = "<rss><channel><title>К</title><item><title>Бас</title></item></channel></rss>"
STATISTICS = {"locales": {"kk": {"clips": 9, "users": 3, "splits": {"gender": {"": 0.5, "male": 0.5}}}}}
TAGS = "мектеп\tмектептер\tN;NOM;PL\nбала\tбалаға\tN;DAT;SG\n"
READERS = {
    "analogies-pairs": data("analogies", {"a.tsv": "id\tcategory\ta\tb\n1\tc\tбір\tекі\n2\tc\tүш\tтөрт/бес\n"}, layout="pairs", partners=2),
    "analogies-questions": data("analogies", {"a.txt": ": c\nа ә б в\nг ғ қ к\n"}, layout="questions"),
    "articles": data("articles", {"k.xml": (ARTICLES, "kk", ""), "r.xml": (ARTICLES, "ru", "")}),
    "clips-table": data("clips", {"t.csv": "clip,text,speaker\na,Қала,s1\n", "a.wav": sound()}, layout="table", clip="clip", text="text", speaker="speaker"),
    "clips-names": data("clips", {"names.txt": "s1_happy_1\ns2_sad_2\n"}, layout="names"),
    "clips-zip": data("clips", {"c.zip": zipped({"s1_happy_1.wav": sound(), "s1_happy_1.txt": "Қала"})}, layout="names"),
    "clips-parquet": data("clips", {"c.parquet": parquet({"said": ["Қала"], "who": ["s1"], "clip": [b"RIFF"]})}, layout="parquet", clip="clip", text="said", speaker="who"),
    "clips-files": data("clips", {"a.wav": sound(), "a.txt": "Қала\n"}, layout="files"),
    "conll": data("conll", {"a.txt": ("Абай B-PER\nкелді O\n\nОл O\n", "", "p")}),
    "conll-classes": data("conll", {"a.txt": ("Абай B-PER\nкелді O\n\nОл O\n", "", "p")}, classes={"PER": "PERSON"}),
    "images": data("images", {"t.jsonl": jsonl({"id": "1", "image": "a.png", "gold": {"text": "дәріхана"}, "script": "kk-Cyrl"})}),
    "judgements-tables": data("judgements", {f"{one}.tsv": ("".join("\t".join(r) + "\n" for r in PROMPTS), one, "") for one in ("kk", "ru")}, parts=("general",), **JUDGED),
    "judgements-workbook": data("judgements", {"w.xlsx": zipped(WORKBOOK)}, parts=("general",), sheets={"kk": "K", "ru": "R"}, **JUDGED),
    "judgements-labelled": data("judgements", {"l.jsonl": (jsonl({"prompt_id": 1, "human": "safe", "question": "а", "response": "б", "risk_area": "Old", "question_type": "original"}), "kk", "labelled")}, parts=("labelled",), **JUDGED),
    "lines": data("lines", {"a.txt": "Бір.\nЕкі.\n"}),
    "lines-columns": data("lines", {"a.tsv": "1\tбір\n2\tекі\n"}, separator="\t", column=1, gold=0),
    "messages": data("messages", {"k.json": ('{"a": "Қала", "b": "Үй"}', "kk", ""), "r.json": ('{"a": "Город", "b": "Дом"}', "ru", "")}, keys=("a", "b")),
    "open-questions": data("open_questions", {"a.jsonl": jsonl({"q": "Кім?", "p": "Абай келді.", "g": {"text": ["Абай"]}, "id": "1"})}, question="q", passage="p", answers="g.text", id="id"),
    "paradigms": data("paradigms", {"a.txt": (TAGS, "", "nouns")}),
    "parallel-tables": data("parallel", {f"{one}.tsv": ("id\ttext\n1\tбір\n2\tекі\n", one, "") for one in ("kk", "ru")}, layout="tables", id="id", text="text", keep=("id",)),
    "parallel-columns": data("parallel", {"a.csv": 'id,kk,ru\n1,"бір, екі",раз\n2,үш,три\n'}, layout="columns", format="csv", id="id", columns={"kk": "kk", "ru": "ru"}, unquote=True),
    "parallel-jsonl": data("parallel", {"a.jsonl": jsonl({"id": 1, "kk": "бір", "ru": "один"})}, layout="columns", format="jsonl", id="id", columns={"kk": "kk", "ru": "ru"}, unquote=True),
    "parallel-pairs": data("parallel", {"k.txt": ("бір\nекі\n", "kk", "kk-ru"), "r.txt": ("раз\nдва\n", "ru", "kk-ru")}, layout="pairs", pivot="kk"),
    "questions-jsonl": data("questions", {"a.jsonl": jsonl(QUESTION, QUESTION)}, **ASKED),
    "questions-pattern": data("questions", {"a.jsonl": jsonl(QUESTION)}, question="{q} ({id})", choices="a", answer="k", group="id", where={"k": "A"}),
    "questions-csv": data("questions", {"a.csv": "q,x,y,k\nҚайда?,мұнда,,0\n"}, question="q", choices=["x", "y"], answer="k", keys=["0", "1"]),
    "questions-parquet": data("questions", {"a.parquet": parquet([QUESTION])}, **ASKED),
    "segmented": data("segmented", {"a.txt": "мектептер\tмектеп·тер\n"}, marks="·"),
    "segmented-table": data("segmented", {"a.tsv": "id\ttext\tcut\tpos\n1\tол келді\tол кел·ді\tPRON VERB\n"}, marks="·", columns={"id": "id", "text": "text", "segmented": "cut", "upos": "pos"}),
    "speech-tsv": data("speech", {"t.tsv": UTTERANCES}),
    "speech-tar": data("speech", {"t.tar": tarred()}),
    "speech-statistics": data("speech_statistics", {"s.json": (json.dumps(STATISTICS), "", "17.0")}, locale="kk"),
    "tabular-csv": data("tabular", {"t.csv": 'id,text,label\n1,"Жақсы, өте",pos\n2,Жаман,neg\n'}, text="text", gold="label", id="id", separator=" "),
    "tabular-jsonl": data("tabular", {"t.jsonl": jsonl({"id": 1, "text": "Жақсы", "label": "pos"})}, text="text", gold="label", id="id", separator=" "),
    "tabular-zip": data("tabular", {"t.zip": zipped({"t.csv": "id,text\n1,Жақсы\n"})}, text="text", id="id"),
    "tabular-parquet": data("tabular", {"t.parquet": parquet({"text": ["Жақсы"], "label": ["pos"]})}, text="text", gold="label"),
    "tabular-feed": data("tabular", {"t.rss": FEED}, text="title"),
    "treebank": data("treebank", {"a.conllu": (CONLLU, "", "p")}),
    "word-clips-zip": data("word_clips", {"w.zip": zipped({"тоқта/a.wav": sound()})}),
    "word-clips-list": data("word_clips", {"w.json": '{"тоқта/a.wav": 1, "жүр/b.wav": 2}'}),
    "word-clips-table": data("word_clips", {"w.csv": "clip,word,speaker\na.wav,тоқта,s1\n"}),
    "wordpairs": data("wordpairs", {"a.txt": "кітап дәптер 7.5\nай күн 5\n"}),
}  # fmt: skip


def labelled(folder):
    return labels.read(folder / "l.jsonl", allowed=("kk", "ru")), labels.choices(folder / "c.csv", allowed=("pos",))


def shard(name):
    def read(folder):
        return [list(corpus.read(one)) for one in corpus.shards([str(folder / name)])]

    return read


TEXTS = "Қала үлкен.\nОл келді.\n".encode()
CORPORA = {
    name: Kind({name: content}, shard(name))
    for name, content in {
        "c.txt": TEXTS,
        "c.txt.gz": gzip.compress(TEXTS, mtime=0),
        "c.txt.bz2": bz2.compress(TEXTS),
        "c.txt.xz": lzma.compress(TEXTS),
        "c.jsonl": jsonl({"text": "Қала"}, {"text": "Үй"}).encode(),
        "c.jsonl.gz": gzip.compress(jsonl({"text": "Қала"}).encode(), mtime=0),
        "c.parquet": parquet({"text": ["Қала", "Үй"]}),
    }.items()
}


def exchanged(form, scheme, item, payload):
    """Answers as another tool holds them."""
    row, name = (
        tables.scheme(scheme),
        f"e{ {'webanno': '.tsv', 'conllu': '.conllu', 'conll2003': '.conll', 'doccano': '.jsonl'}.get(form, '.json') }",
    )
    module = import_module(f"qadam.annotation.interop.{form.replace('-', '_')}")
    return Kind(
        {name: module.write([Annotated(item, {"a1": payload})], row).encode()},
        lambda folder: interop.read(folder / name, row, form=form),
    )


NAMED = ({"id": "1", "text": "Абай Семейде туған ."}, {"spans": [[5, 12, "GPE"]]})
CUT = ({"id": "1", "text": "мектептер"}, {"cuts": [6], "labels": ["STEM", "PL"], "pos": "NOUN"})
ANNOTATION = {
    **{f"import-{form}": exchanged(form, "ner_kaznerd", *NAMED) for form in interop.FORMATS},
    **{f"import-{form}-morphemes": exchanged(form, "morphemes", *CUT) for form in ("label-studio", "conllu", "webanno")},
    "items": Kind(
        {"i.jsonl": jsonl({"id": "1", "text": "Қала үлкен.", "proposal": {"label": "neutral"}, "proposer": "x"}).encode()},
        lambda folder: annotation_rows.accept(tables.scheme("sentiment3"), annotation_rows.read(folder / "i.jsonl"), where="i.jsonl", known={}),
    ),
    "labels": Kind({"l.jsonl": jsonl({"id": "1", "labels": ["kk", "ru"]}).encode(), "c.csv": b"id,label\n1,pos\n"}, labelled),
}  # fmt: skip

CELL = Cell("sib-200/all", "characters", "kk", 13)


def kept(folder):
    return Store(folder, "tokenizer-tax", "sample", "abcd")


def stored():
    """The files of one record and its verdict, as they are written."""
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        measured = Measurement(
            CELL.dataset, CELL.system, CELL.condition, 13, "fertility", 2.0, 1.9, 2.1, 3, 0, 0, "tokens per word", "s"
        )
        record = Record("tokenizer-tax", "sample", "abcd", CELL, "rev", (measured,), "", {"qadam": "0.1.0"})
        kept(Path(made)).write(
            record, [{"item": f"i{n}", "group": "", "status": "", "tokens": float(n)} for n in range(3)]
        )
        return {str(path.relative_to(made)): path.read_bytes() for path in Path(made).rglob("*") if path.is_file()}


VERDICT = {
    "problem": "tokenizer-tax", "profile": "sample", "protocol_hash": "abcd", "measurements": [], "seconds": 1.0, "exploratory": False,
    "verdict": {"outcome": "supported", "effect": 1.0, "low": 0.5, "high": 1.5, "p": None, "reasons": ["r"], "by_system": []},
    "blocked": [{"cell": "d x s x c x 13", "reason": "r", "unblock": "u"}],
    "audit": [{"dataset": "d", "check": "c", "count": 1, "of": 2, "message": "m", "examples": ["e"]}],
}  # fmt: skip


def recorded(form, content):
    row = SystemRow("r", "r", "recorded", form, (File("url:x/r.jsonl", part="direct"),), "CC0")
    return Kind({"r.jsonl": content.encode()}, lambda folder: Recorded(row, [folder / "r.jsonl"])._answers)


def answered(name, document):
    def read(folder):
        return harness.scores(harness.answers(folder / name))

    return Kind({name: document.encode()}, read)


def picture():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, "PNG")
    return out.getvalue()


OTHERS = {
    "record": Kind(stored(), lambda folder: (kept(folder).read(CELL), kept(folder).rows(CELL), list(kept(folder).cells()))),
    "verdict": Kind({"records/tokenizer-tax/sample-abcd/verdict.json": json.dumps(VERDICT).encode()}, lambda folder: latest_evidence(folder, "tokenizer-tax", "sample")),
    "own-rows": Kind({"datasets.toml": b'[[dataset]]\nid = "a"\ntitle = "b"\n'}, lambda folder: own.rows.__wrapped__((folder / "datasets.toml", 0, 0))),
    "recorded-lines": recorded("lines", jsonl({"condition": "direct", "item": "1", "text": "A", "options": ["a"], "likelihoods": [0.5]})),
    "recorded-tumlu": recorded("tumlu", jsonl({"question": "Кім?", "choices": ["а", "б"], "output": "A"})),
    "vectors": Kind({"v.vec": "2 3\nқала 1 2 3\nүй 4 5 6\n".encode()}, lambda folder: vectors.read(folder / "v.vec")),
    "vectors-packed": Kind({"v.vec.gz": gzip.compress("2 3\nқала 1 2 3\nүй 4 5 6\n".encode(), mtime=0)}, lambda folder: vectors.read(folder / "v.vec.gz")),
    "vectors-binary": Kind({"v.bin": "2 3\nқала ".encode() + b"\0\0\x80?" * 3 + "үй ".encode() + b"\0\0\x00@" * 3}, lambda folder: vectors.read(folder / "v.bin")),
    "sound-16": Kind({"s.wav": sound()}, lambda folder: len(audio.read(folder / "s.wav"))),
    "sound-24": Kind({"s.wav": sound(3)}, lambda folder: len(audio.read(folder / "s.wav"))),
}  # fmt: skip


KINDS = READERS | CORPORA | ANNOTATION | OTHERS


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_or_named(tmp_path, name):
    kind, chance = KINDS[name], random.Random(name)
    kind.laid(tmp_path)
    assert kind.read(tmp_path)
    for round_ in range(ROUNDS):
        part = chance.choice(list(kind.files))
        damage = chance.choice(DAMAGE)
        harmed = damage(chance, kind.files[part])
        folder = tmp_path / f"r{round_}"
        folder.mkdir()
        kind.laid(folder)
        (folder / part).write_bytes(harmed)
        try:
            with soon():
                kind.read(folder)
        except QadamError as fault:
            assert any(Path(file).stem in str(fault) for file in kind.files) or "x/" in str(fault), (
                str(fault),
                harmed[:300],
            )
        except Exception as fault:
            raise AssertionError(
                f"{name}: {part}, {getattr(damage, '__name__', '')}: {fault!r}: {harmed[:400]!r}"
            ) from fault


def test_every_reader_has_a_kind():
    folder = Path(images.__file__).parent
    without = {"__init__", "feed", "images", "labels", "text", "workbook", "forgiving"}  # read by way of others
    assert {p.stem for p in folder.glob("*.py")} - without <= {name.split("-")[0] for name in READERS} | {
        p.stem
        for p in folder.glob("*_*.py")
        if p.stem.replace("_", "-") in {n for name in READERS for n in (name, name.rpartition("-")[0])}
    }
