"""`qadam text`: every verb on hand-worked Kazakh, and what holds for all of them whatever bytes come in."""

import gzip
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qadam.cli import app, lines
from qadam.errors import Offline
from qadam.kazakh import normalize, script

ROOT = Path(__file__).parents[2]
VERBS = {
    "segment": "segment",
    "segment-finer": "segment --voice --derivation",
    "analyse": "analyse",
    "identify": "identify",
    "to-arabic": "transliterate --from kk-Cyrl --to kk-Arab",
    "to-latin": "transliterate --from kk-Cyrl --to kk-Latn",
    "from-arabic": "transliterate --from kk-Arab --to kk-Cyrl",
    "from-latin": "transliterate --from kk-Latn --to kk-Cyrl",
    "script": "script",
    "spell": "spell",
    "normalize-strict": "normalize --profile strict",
    "normalize-wer": "normalize --profile wer",
    "numbers": "numbers",
    "numbers-back": "numbers --back",
    "punctuate": "punctuate",
    "itn": "itn",
    "itn-spelled": "itn --spell",
    "sentences": "sentences",
    "words": "words",
}
all_verbs = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
REWRITING = [
    verb
    for verb in VERBS.values()
    if verb.split()[0] in ("transliterate", "spell", "normalize", "numbers", "punctuate", "itn")
]


def call(verb, data=b"", *more):
    """What a verb makes of some bytes; a fault is raised."""
    data = data.encode() if isinstance(data, str) else data
    words = verb if isinstance(verb, list) else verb.split()
    done = CliRunner().invoke(app, ["text", *words, *map(str, more)], input=data, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done


def out(verb, text, *more):
    return call(verb, text, *more).stdout_bytes.decode()


def spans(verb, text, *more):
    """The JSON spans of every line."""
    rows = [json.loads(line) for line in out(verb, text, "--json", *more).splitlines()]
    assert [row["line"] for row in rows] == list(range(1, len(rows) + 1))
    return [row["spans"] for row in rows]


# --- what each verb says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "line", "expected"),
    [
        ("segment", "Мектептерімізде,  балаларға\tкітабында!", "Мектеп·тер·іміз·де,  бала·лар·ға\tкітаб·ын·да!"),
        ("segment", "т.ғ.к. 5 000-ға 25-ші hello www.qadam.kz", "т.ғ.к. 5 000-·ға 25-·ші hello www.qadam.kz"),
        ("segment", "жазылды", "жазыл·ды"),
        ("segment --voice", "жазылды", "жаз·ыл·ды"),
        ("segment --derivation", "тұзды", "тұз·ды"),
        (
            "analyse",
            "Кітабында: 5 үй",
            "Кітаб·ын·да/кітап/NOUN/POSS.3·LOC/Case=Loc|Person[psor]=3: 5 үй/үй/NOUN/_/Case=Nom",
        ),
        ("identify", "Мен  магазинге бардым", "Мен/kk  магазинге/mixed бардым/kk"),
        ("transliterate --from kk-Cyrl --to kk-Arab", "Қазақ тілі, қазір.", "قازاق ٴتىلى، قازىر."),
        ("transliterate --from kk-Cyrl --to kk-Latn", "ҚАЗАҚ тілі", "QAZAQ tılı"),
        ("transliterate --from kk-Cyrl --to kk-Latn --variant wikipedia", "Шаңырақ тілі", "Şañıraq tili"),
        ("transliterate --from kk-Arab --to kk-Cyrl", "ٴتىل", "тіл"),
        ("script", "Қазақ тілі", "kk-Cyrl"),
        ("script", "قازاق", "kk-Arab"),
        ("script", "Qazaq", "kk-Latn"),
        ("script", "123", "und"),
        ("spell", "Калай,  ОМИР?", "Қалай,  ӨМІР?"),
        ("normalize --profile wer", "«Қaзақстан»  –  25-ші", "қазақстан жиырма бесінші"),
        ("normalize --profile strict", " Ол  келді. ", "Ол келді."),
        ("numbers", "1991 жылы 6-шы", "бір мың тоғыз жүз тоқсан бірінші жылы алтыншы"),
        ("numbers --back", "жиырма бесінші, он екі", "25-ші, 12"),
        ("numbers --back --smallest 10", "екі үй, он үй", "екі үй, 10 үй"),
        ("punctuate", "  сен келдің бе мен сені  күттім", "  Сен келдің бе? Мен сені  күттім."),
        ("punctuate", "Қайда барасың", "Қайда барасың?"),
        ("punctuate", "«кел!» деді ол. сен ше", "«Кел!» деді ол. Сен ше?"),
        ("itn", "сағат он бесте екі адам жиырма бес теңге берді", "сағат 15-те екі адам 25 теңге берді"),
        ("itn --smallest 0", "екі үй", "2 үй"),
        ("itn --spell", "жиырма бесинши рет", "25-рет"),
        ("sentences", "Ол келді. А. Құнанбаев — ақын!", "Ол келді.\nА. Құнанбаев — ақын!"),
        ("words", "«Ол 25-ші», – деді.", "« Ол 25-ші » , – деді ."),
    ],
)
def test_hand_worked_lines(verb, line, expected):
    assert out(verb, line + "\n") == expected + "\n"


def test_spans_of_segment_cut_at_offsets_of_the_line():
    text = "Ол 25-ші  мектептерде."
    (found,) = spans("segment", text)
    assert [text[s["start"] : s["end"]] for s in found] == ["Ол", "25-ші", "мектептерде"] == [s["text"] for s in found]
    assert found[2]["segments"] == ["мектеп", "тер", "де"]


def test_spans_of_analyse_hold_every_reading():
    (found,) = spans("analyse", "Халқы")
    best = found[0]["readings"][0]
    assert (best["stem"], best["lemma"], best["pos"]) == ("Халқ", "халық", "NOUN")
    assert best["morphs"] == [{"text": "ы", "label": "POSS.3", "kind": "inflection"}]
    assert all(best["cost"] <= other["cost"] for other in found[0]["readings"])


def test_spans_of_the_others():
    assert spans("words", "3,5 кг") == [
        [
            {"start": 0, "end": 3, "text": "3,5", "kind": "number"},
            {"start": 4, "end": 6, "text": "кг", "kind": "word"},
        ]
    ]
    assert spans("sentences", " Бар. Жоқ.\n\n") == [
        [{"start": 1, "end": 5, "text": "Бар."}, {"start": 6, "end": 10, "text": "Жоқ."}],
        [],
    ]
    (((row,),)) = spans("script", "Қaзақ")
    assert row["script"] == "kk-Cyrl" and row["shares"] == {"kk-Cyrl": 0.8, "kk-Latn": 0.2, "kk-Arab": 0.0}
    assert row["mixed"] == [{"start": 0, "end": 5, "text": "Қaзақ", "becomes": "Қазақ"}]
    assert spans("identify", "магазинге бардым")[0][0] == {"start": 0, "end": 9, "text": "магазинге", "label": "mixed"}


def test_changes_are_whole_and_few():
    assert spans("numbers", "Ол 1991 жылы 5-ші үй") == [
        [
            {"start": 3, "end": 7, "text": "1991", "becomes": "бір мың тоғыз жүз тоқсан бірінші"},
            {"start": 13, "end": 17, "text": "5-ші", "becomes": "бесінші"},
        ]
    ]
    assert spans("spell", "бүгін турып") == [[{"start": 6, "end": 11, "text": "турып", "becomes": "тұрып"}]]
    assert spans("normalize --profile strict", "ол  келді") == [[{"start": 3, "end": 4, "text": " ", "becomes": ""}]]


def applied(text, changes):
    for change in reversed(changes):
        assert text[change["start"] : change["end"]] == change["text"]
        text = text[: change["start"]] + change["becomes"] + text[change["end"] :]
    return text


WORDY = st.text(st.sampled_from("аәбгғқіұ 0123 .,-–%«»aеҚ\t"), max_size=60)


@pytest.mark.parametrize("verb", REWRITING)
@given(text=WORDY)
@settings(max_examples=12)
def test_the_changes_put_in_place_give_the_output(verb, text):
    (changes,) = spans(verb, text + "\n")
    assert applied(text, changes) + "\n" == out(verb, text + "\n")


@given(text=WORDY)
def test_segment_only_adds_dots(text):
    assert out("segment", text).replace("·", "") == text


@given(text=st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), max_size=60))
@example("a\x1cb\u2028c\xa0d")
def test_identify_gives_every_token_a_label(text):
    tokens, labelled = text.split(), out("identify", text).split()
    assert len(tokens) == len(labelled)
    assert all(b.rpartition("/")[0] == a for a, b in zip(tokens, labelled, strict=True))


def test_rules_say_that_they_are_rules():
    assert call("punctuate", "бала\n\nкел\n").stderr == (
        "2 lines punctuated by rule alone, which sets no comma (more: --learned, or --like FILE); the first in line 1\n"
    )


def test_one_line_is_one_line():
    assert call("punctuate", "бала\n").stderr.startswith("1 line punctuated by rule alone")


@pytest.mark.parametrize("installed", [True, False])
def test_without_a_mirror_everything_that_is_missing_is_told_at_once(tmp_path, monkeypatch, installed):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: installed if name == "pycrfsuite" else found(name, *rest)
    )
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    monkeypatch.delenv("QADAM_MIRROR", raising=False)
    with pytest.raises(Offline, match=r"flores.*laws|laws.*flores") as fault:
        call("punctuate --learned", "бала\n")
    assert "--like FILE" in fault.value.next_step and ("qadam[classic]" in fault.value.next_step) != installed


def test_itn_that_respells_tells_both_kinds_of_what_it_could_not_do():
    assert call("itn --spell", "бес екіншісіне аулде калай\n").stderr.count("left as it was") == 2


def test_marks_are_learned_from_a_text_of_the_user_once(tmp_path, monkeypatch):
    pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    text = tmp_path / "mine.txt"
    lines = ["Айгүл үйге келді, бірақ Марат келмеді.", "Марат кітап оқыды, ал Айгүл ән айтты.", "Ертең келесің бе?"]
    text.write_text("".join(f"{line}\n" for line in lines * 12), "utf-8")
    done = call("punctuate", "марат үйге келді бірақ айгүл келмеді\r\n", "--like", text)
    assert done.stdout_bytes.decode() == "Марат үйге келді, бірақ Айгүл келмеді.\r\n"
    assert done.stderr == "Marks are learned from your text once.\n"
    assert call("punctuate", b"\xff \xd2\n\x00", "--like", text).stdout_bytes.count(b"\n") == 1


def test_a_lexicon_with_counts_decides(tmp_path):
    plain, packed = tmp_path / "words.tsv", tmp_path / "more.tsv.gz"
    plain.write_text("\ufeffжана\t1\nжаңа\t20\n\nҚала\n", "utf-8")
    packed.write_bytes(gzip.compress("жана\t500\n".encode()))
    assert out("spell", "Жана\n", "--lexicon", plain) == "Жаңа\n"
    assert out("spell", "Жана\n", "--lexicon", plain, "--lexicon", packed) == "Жана\n"
    hat = tmp_path / "hat.txt"
    hat.write_text("шаһзада\n", "utf-8")
    back = "transliterate --from kk-Latn --to kk-Cyrl"
    assert out(back, "şahzada\n", "--lexicon", hat) == "шаһзада\n"
    assert out(back, "şahzada\n") == "шахзада\n"


# --- what holds for all ---------------------------------------------------------------------------------------------

ANY_BYTES = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=40).map(str.encode),
    st.lists(st.sampled_from(["қазақ", "25-ші", " ", "\n", "\r\n", "\x00", "٫", ".", "İ", "\u0301", "\ud800"])).map(
        lambda parts: "".join(parts).encode(errors="surrogatepass")
    ),
)


@all_verbs
@given(data=ANY_BYTES)
@settings(max_examples=12)
@example(b"")
@example(b"\n")
@example(b"\r")
@example(b"\xff\xfe\x00")
@example(b"\xed\xa0\x80 \xd2\n\x9b")
@example("\ufeffқала\r\n\x00\x00 5\r\r\n\ud800\udfff".encode(errors="surrogatepass"))
@example(bytes(range(256)))
def test_no_bytes_crash_and_lines_are_kept(verb, data):
    done = call(verb, data)
    written = done.stdout_bytes
    if verb == "sentences":
        assert written.count(b"\n") >= data.count(b"\n")
    else:
        assert written.count(b"\n") == data.count(b"\n")
        assert written.count(b"\r\n") == data.count(b"\r\n")
    as_json = call(verb, data, "--json").stdout_bytes
    assert as_json.count(b"\n") == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    for line in as_json.decode().splitlines():
        assert all(0 <= span["start"] <= span["end"] for span in json.loads(line)["spans"])


@all_verbs
def test_nothing_in_nothing_out(verb):
    done = call(verb, b"")
    assert done.stdout_bytes == b"" and done.stderr == ""
    assert call(verb, b"", "--json").stdout_bytes == b""


@all_verbs
def test_line_ends_stay(verb):
    written = call(verb, "бес\r\n\r\nон\nбір".encode()).stdout_bytes
    assert re.findall(rb"\r?\n", written) == [b"\r\n", b"\r\n", b"\n"]
    assert not written.endswith(b"\n")


def test_sentences_take_the_line_end_of_their_line():
    assert call("sentences", "Бар. Жоқ.\r\nБар. Жоқ.\n".encode()).stdout_bytes.decode() == (
        "Бар.\r\nЖоқ.\r\nБар.\nЖоқ.\n"
    )


@all_verbs
def test_bytes_that_are_not_utf8_come_out_and_are_counted(verb):
    done = call(verb, "қала\n".encode() + b"\xff bala\n\xd2\xfe\n\n\xed\xa0\x80\n")
    assert done.stderr.splitlines()[0] == "3 lines that are not UTF-8; the first in line 2"
    if verb != "script":
        bare = done.stdout_bytes.replace(b" ", b"")
        assert b"\xff" in bare and b"\xd2\xfe\n" in bare.replace(b"/other", b"") and b"\xed\xa0\x80" in bare


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("verb", "line", "said"),
    [
        ("segment", "бала hello world", "2 words that are not Kazakh in Cyrillic letters, left as they were"),
        ("analyse", "бала hello", "1 words that are not Kazakh in Cyrillic letters, left as they were"),
        ("identify", "а" * 70, "1 tokens of more than 64 characters, judged by their beginnings"),
        ("transliterate --from kk-Cyrl --to kk-Arab", "бала Wi-Fi", "1 words with letters that are not kk-Cyrl, left as they were"),
        ("spell", "аулде калай", "1 words that nothing known looks like, left as they were"),
        ("normalize --profile wer", "COVIDпен", "1 places where Latin and Cyrillic letters meet in a word, left as they were"),
        ("numbers", "covid19 5 үй", "1 numbers not read, left in digits"),
        ("numbers --back", "бес екіншісіне", "1 number words not read, left as they were"),
        ("itn", "бес екіншісіне", "1 number words not read, left as they were"),
    ],
)  # fmt: skip
def test_what_could_not_be_done_is_told_once_at_the_end(verb, line, said, as_json):
    done = call(verb, f"бала\n{line}\n{line}\n", *as_json)
    number, _, what = said.partition(" ")
    assert done.stderr == f"{2 * int(number)} {what}; the first in line 2\n"
    assert call(verb, "бала\nкітап\n", *as_json).stderr == ""


@pytest.mark.parametrize(
    ("verb", "line", "said"),
    [
        ("analyse", "hello", "1 word that is not Kazakh in Cyrillic letters, left as it was"),
        ("identify", "а" * 70, "1 token of more than 64 characters, judged by its beginning"),
        ("numbers", "covid19", "1 number not read, left in digits"),
    ],
)
def test_one_thing_is_told_of_in_the_singular(verb, line, said):
    assert call(verb, f"{line}\n").stderr == f"{said}; the first in line 1\n"


@all_verbs
def test_lines_worked_in_pieces_are_told(verb):
    long = "бес " * (lines.PIECE // 4 + 1)
    assert f"1 line of more than {lines.PIECE} characters" in call(verb, f"бес\n{long}\n").stderr
    assert "pieces; the first in line 2" in call(verb, f"бес\n{long}\n").stderr


@given(st.text("аБ.!? \t\xa0\x1c\x1f\u2028«»", max_size=40))
@example("Бар.\xa0Жоқ.\x1cБар. ")
def test_sentences_lose_nothing_but_the_space_that_becomes_a_line_end(text):
    written = out("sentences", text)
    assert written.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    at = 0
    for line in written.split("\n"):
        at = text.index(line, at)
        assert text[:at].count(" ") - written[: written.index(line)].count(" ") <= written.count("\n")
        at += len(line)


def test_a_byte_that_is_not_utf8_is_one_character_of_the_json():
    written = call("words", b"\xd0\xb0\xff \xd0\xb1\n", "--json").stdout_bytes
    assert b"\\udcff" in written
    assert [(s["start"], s["end"]) for s in json.loads(written)["spans"]] == [(0, 1), (1, 2), (3, 4)]


LONG = {
    "words": "Мектептерімізде 25-ші жыл, деді ол. " * 30_000,
    "letters": "б" * 1_100_000,
    "digits": "1" * 1_100_000,
    "spaces": " " * 1_100_000,
    "bytes": b"\xff" * 1_100_000,
}


@pytest.mark.parametrize("line", LONG.values(), ids=LONG)
@pytest.mark.parametrize("verb", ["segment", "spell", "numbers", "normalize --profile strict", "script"])
def test_a_line_of_a_megabyte_takes_seconds(verb, line):
    data = line if isinstance(line, bytes) else line.encode()
    started = time.perf_counter()
    written = call(verb, data + b"\r\n").stdout_bytes
    assert time.perf_counter() - started < 60  # on a machine as busy as can be; usually two seconds
    assert written.endswith(b"\r\n") and written.count(b"\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
@pytest.mark.parametrize("verb", ["segment", "spell", "identify", "sentences"])
def test_ten_times_the_line_take_no_more_memory(verb, tmp_path):
    def peak(data):
        (tmp_path / "line").write_bytes(data)
        code = "import resource, sys; from qadam.cli import app\ntry: app(sys.argv[1:])\n"
        code += "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        words = [sys.executable, "-c", code, "text", *verb.split(), str(tmp_path / "line")]
        done = subprocess.run(words, capture_output=True)
        assert done.returncode == 0 and b"Traceback" not in done.stderr
        assert done.stdout.count(b"\n") == data.count(b"\n") or verb == "sentences"
        return int(done.stderr.split()[-1])

    line = "қалада \x00\ufeff 25-ші, Бәрі. ".encode() + b"\xff "
    assert peak(line * (2_000_000 // len(line))) < 1.3 * peak(line * (200_000 // len(line)))


def test_pieces_of_a_long_line_give_what_the_whole_gives():
    text = "Мектептерде 25-ші бала. " * 2_000
    assert len(text) > 2 * lines.PIECE
    assert out("segment", text) == "Мектеп·тер·де 25-·ші бала. " * 2_000
    assert out("numbers", text) == "Мектептерде жиырма бесінші бала. " * 2_000
    (found,) = spans("segment", text)
    assert len(found) == 6_000
    assert all(text[span["start"] : span["end"]] == span["text"] for span in found)
    assert out("script", text) == "kk-Cyrl"


@given(st.lists(st.text(st.sampled_from("а \t\r\udcff"), max_size=40), max_size=5).map("\n".join), st.integers(2, 9))
def test_pieces_put_together_are_the_stream(text, size):
    class Stream:
        at = 0

        def readline(self, limit):
            end = text.find("\n", self.at) + 1 or len(text)
            line = text[self.at : min(end, self.at + limit)]
            self.at += len(line)
            return line

    kept, lines.PIECE = lines.PIECE, size
    try:
        found = list(lines.pieces(Stream()))
    finally:
        lines.PIECE = kept
    assert "".join(piece.text + piece.after for piece in found) == text
    assert sum(piece.last for piece in found) == text.count("\n") + (text != "" and not text.endswith("\n"))
    assert all(len(piece.text) <= size and "\n" not in piece.text for piece in found)
    assert [piece.after for piece in found if "\n" in piece.after] == re.findall("\r?\n", text)


# --- files, faults, other programs ----------------------------------------------------------------------------------


def test_files_follow_each_other(tmp_path):
    first, second = tmp_path / "a.txt", tmp_path / "b.txt.gz"
    first.write_bytes("бес".encode())
    second.write_bytes(gzip.compress("он\n".encode()))
    assert out("numbers --back", "жүз", first, second, "-") == "5\n10\n100"
    assert spans("numbers --back", "", first, second)[1][0]["becomes"] == "10"


def test_a_damaged_gzip_file_is_named(tmp_path):
    for name, data in (("no.gz", b"plain"), ("half.gz", gzip.compress(os.urandom(1000))[:500])):
        (tmp_path / name).write_bytes(data)
        done = CliRunner().invoke(app, ["text", "words", str(tmp_path / name)])
        assert type(done.exception).__name__ == "NotReadable" and name in str(done.exception)


@pytest.mark.parametrize("data", ["жаңа\tкөп\n".encode(), b"\xff\n"])
def test_a_bad_word_list_is_named(tmp_path, data):
    (tmp_path / "bad.tsv").write_bytes(data)
    done = CliRunner().invoke(app, ["text", "spell", "--lexicon", str(tmp_path / "bad.tsv")], input=b"")
    assert type(done.exception).__name__ == "NotReadable" and "bad.tsv" in str(done.exception)


@pytest.mark.parametrize(
    ("verb", "names"),
    [
        ("normalize --profile werr", list(normalize.profiles())),
        ("transliterate --from kk-Cyrl --to kk-Latin", list(script.SCRIPTS)),
        ("transliterate --from kk --to kk-Latn --variant none", list(script.SCRIPTS)),
        ("transliterate --from kk-Cyrl --to kk-Latn --variant tote", ["2021", "wikipedia"]),
        ("transliterate --from kk-Latn --to kk-Arab --variant none", ["2021", "wikipedia", "tote"]),
    ],
)
def test_unknown_names_are_wrong_usage_even_with_nothing_to_do(verb, names):
    done = CliRunner().invoke(app, ["text", *verb.split()], input=b"")
    assert done.exception.exit_code == 2
    assert all(name in str(done.exception) for name in names)


@pytest.mark.parametrize("name", ["no-such-file.txt", str(ROOT)])
def test_a_missing_file_is_wrong_usage(name):
    done = CliRunner().invoke(app, ["text", "words", name])
    assert done.exception.exit_code == 2 and name in str(done.exception)


def test_missing_options_and_unknown_verbs_are_wrong_usage():
    for words in (
        ["words", "--lexicon", "words.tsv"],
        ["spell", "--lexicon", "no-such-file"],
        ["word"],
        ["normalize"],
        ["transliterate", "--from", "kk-Cyrl"],
    ):
        assert CliRunner().invoke(app, ["text", *words], input=b"").exit_code == 2


COMMAND = [sys.executable, "-m", "qadam", "text"]


def test_the_command_itself_exits_with_two():
    done = subprocess.run([*COMMAND, "normalize", "-p", "no"], input=b"", capture_output=True)
    assert done.returncode == 2 and b"Available: strict, wer, qa, search" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_fault(tmp_path):
    (tmp_path / "long.txt").write_text("Бес адам келді.\n" * 100_000, "utf-8")
    with subprocess.Popen(
        [*COMMAND, "words", str(tmp_path / "long.txt")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout.readline().decode() == "Бес адам келді .\n"
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_ctrl_c_is_quiet_and_keeps_what_was_done():
    with subprocess.Popen(
        [*COMMAND, "numbers", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdin.write(("5-ші\n" * 3_000).encode())
        running.stdin.flush()
        assert running.stdout.readline().decode() == "бесінші\n"
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
        assert running.stderr.read() == b""
        assert running.wait(30) == 130
    assert set(rest.splitlines()) <= {"бесінші".encode()}


def test_help_is_quick_and_imports_nothing_heavy():
    program = "import sys, qadam.cli.text; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.split()
    assert not {"numpy", "scipy", "polars", "rapidfuzz", "tokenizers", "httpx"} & set(loaded)
    assert not [name for name in loaded if name.startswith(("qadam.kazakh", "qadam.lab", "qadam.cli.terminal"))]


# --- documentation --------------------------------------------------------------------------------------------------


def examples(text):
    """Lines `echo WORDS | qadam text VERB OPTIONS` -> standard input, verb and options."""
    for echo, verb in re.findall(r"echo (.+) \| qadam text (.+)", text):
        yield " ".join(shlex.split(echo)) + "\n", shlex.split(verb)


@pytest.mark.parametrize("verb", sorted({verb.split()[0] for verb in VERBS.values()}))
def test_help_has_examples_that_work(verb):
    from qadam.cli import text

    (doc,) = [
        command.callback.__doc__
        for command in text.text_app.registered_commands
        if (command.name or command.callback.__name__) == verb
    ]
    shown = list(examples(doc))
    assert len(shown) >= 2
    for line, words in shown:
        assert words[0] == verb
        assert call(words, line).stdout_bytes.strip()
    assert CliRunner().invoke(app, ["text", verb, "--help"]).exit_code == 0


def test_every_verb_is_tested_here_and_explained_in_the_guide():
    from qadam.cli import text

    names = {command.name or command.callback.__name__ for command in text.text_app.registered_commands}
    guide = (ROOT / "docs" / "text.md").read_text("utf-8")
    assert names == {verb.split()[0] for verb in VERBS.values()}
    assert all(f"qadam text {name}" in guide for name in names)
    assert all(f"`{name}`" in guide for name in normalize.profiles())


def test_the_examples_of_the_guide_are_true():
    guide = (ROOT / "docs" / "text.md").read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", guide, re.DOTALL)
    shown = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    assert len(shown) >= 12
    for part in shown:
        command, _, expected = part.partition("\n")
        ((line, words),) = examples(command)
        assert call(words, line).stdout_bytes.decode() == expected


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_full_disk_is_said_in_a_line():
    said = subprocess.run(
        f"echo қала | {sys.executable} -m qadam text segment > /dev/full", shell=True, capture_output=True, text=True
    )
    assert said.returncode == 1 and "No space left" in said.stderr and "Traceback" not in said.stderr
