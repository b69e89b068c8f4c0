"""Answers survive the way through every format, character by character; what a format cannot hold is refused."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.annotation.decision import check, gaps, places, tokens
from qadam.annotation.interop import FORMATS, as_items, bring, guess, read, write
from qadam.annotation.interop.exchange import Annotated, Units, from_iob, iob
from qadam.annotation.session import Session
from qadam.catalogue import tables
from qadam.errors import BadData, NotReadable, Usage

MORPHEMES, NER, CODES = (tables.scheme(name) for name in ("morphemes", "ner_kaznerd", "codeswitch_tokens"))
# Kazakh in three scripts, a letter with a combining sign, letters and signs beyond the first 65,536, and what formats reserve.
SIGNS = "қазақәғңөұүһіАÁéқ́ٴتىلӘ𐰴😀👨‍🚒_|=\\[]*;#-><\"'.,1\u00a0"
WORD = st.text(alphabet=SIGNS.replace("\u00a0", ""), min_size=1, max_size=8)
SPACE = st.sampled_from([" ", "  ", "\t", " \n", "\u00a0", "\r\n "])
ROW = {"id": st.text("abc-1қ =#", min_size=1, max_size=6).filter(lambda x: x == x.strip())}


@st.composite
def sentences(draw):
    """An item of words with any white space between and around them."""
    text = draw(st.sampled_from(["", " ", "\n"]))
    for word in draw(st.lists(WORD, min_size=1, max_size=6)):
        text += word + draw(SPACE)
    item = {"id": draw(ROW["id"]), "text": text if draw(st.booleans()) else text.strip()}
    return item | draw(st.sampled_from([{}, {"language": "kk", "group": "d1", "weight": 2.5}]))


@st.composite
def answers(draw, kind, *, whole_tokens=False):
    if kind == "morphemes":
        item = {"id": draw(ROW["id"]), "text": draw(WORD)}
        cuts = sorted(draw(st.sets(st.sampled_from(gaps(item["text"]))))) if gaps(item["text"]) else []
        labels = draw(st.lists(st.sampled_from(["STEM", "PL", "POSS"]), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
        return MORPHEMES, item, {"cuts": cuts, "labels": labels, "pos": draw(st.sampled_from(["NOUN", "VERB", "X"]))}
    item = draw(sentences())
    if kind == "tokens":
        size = len(tokens(item))
        labels = draw(st.lists(st.sampled_from(["kk", "ru", "mixed"]), min_size=size, max_size=size))
        return CODES, item, {"labels": labels}
    where = places(item)
    edges = [p for place in where for p in place] if whole_tokens else range(len(item["text"]) + 1)
    chosen = sorted(draw(st.sets(st.sampled_from(list(edges)), max_size=6)))
    spans = [[s, e, draw(st.sampled_from(["PERSON", "GPE", "DATE"]))] for s, e in pairwise(chosen)]
    kept = [span for span in spans if draw(st.booleans())]
    if whole_tokens:
        starts, ends = {s for s, _ in where}, {e for _, e in where}
        kept = [span for span in kept if span[0] in starts and span[1] in ends]
    else:
        kept = [span for span in kept if item["text"][span[0] : span[1]].strip()]
    return NER, item, {"spans": kept}


def through(form, scheme, annotated, folder):
    path = folder / f"file.{form}"
    write(path, scheme, annotated, form=form)
    return read(path, scheme, form=form)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("interop")


@given(data=st.data())
@pytest.mark.parametrize("kind", ["spans", "tokens", "morphemes"])
def test_label_studio_gives_back_what_it_got(kind, data, folder):
    scheme, item, payload = data.draw(answers(kind))
    assert check(scheme, item, payload) == payload
    annotated = [Annotated(item, {"a1": payload, "a2": payload}), Annotated({**item, "id": "z"}, {})]
    assert through("label-studio", scheme, annotated, folder) == annotated


@given(data=st.data())
def test_doccano_gives_back_spans(data, folder):
    scheme, item, payload = data.draw(answers("spans"))
    annotated = [Annotated(item, {"a1": payload}), Annotated({**item, "id": "z"}, {})]
    assert through("doccano", scheme, annotated, folder) == annotated


@given(data=st.data())
@pytest.mark.parametrize("kind", ["spans", "tokens", "morphemes"])
def test_conllu_gives_back_text_and_answers(kind, data, folder):
    scheme, item, payload = data.draw(answers(kind, whole_tokens=True))
    annotated = [Annotated(item, {"a1": payload}), Annotated({**item, "id": "z"}, {})]
    assert through("conllu", scheme, annotated, folder) == annotated


@given(data=st.data())
def test_conll2003_gives_back_tokens_and_tags(data, folder):
    scheme, item, payload = data.draw(answers("spans", whole_tokens=True))
    said = through("conll2003", scheme, [Annotated(item, {"": payload})], folder)[0]
    assert tokens(said.item) == tokens(item)
    assert iob(said.item, said.answers[""]["spans"], "") == iob(item, payload["spans"], "")


@given(data=st.data())
@pytest.mark.parametrize("kind", ["spans", "tokens", "morphemes"])
def test_webanno_gives_back_text_and_answers(kind, data, folder):
    scheme, item, payload = data.draw(answers(kind))
    if kind == "spans":  # white space is in no token, and a span cannot end in it
        spans = [
            [s, e, x]
            for s, e, x in payload["spans"]
            if not (item["text"][s].isspace() or item["text"][e - 1].isspace())
        ]
        payload = {"spans": spans}
    bare = {key: item[key] for key in ("id", "text")}
    said = through(
        "webanno", scheme, [Annotated(bare, {"": payload}), Annotated({**bare, "id": "z"}, {"": payload})], folder
    )
    if kind == "spans":
        assert said == [Annotated(bare, {"": payload}), Annotated({**bare, "id": "z"}, {"": payload})]
    else:
        assert [one.item for one in said] == [bare, {**bare, "id": "z"}]
        assert all(one.answers == {"": payload} for one in said)


@given(st.text())
def test_units_are_those_of_utf_16(text):
    units = Units(text)
    for point in range(len(text) + 1):
        there = len(text[:point].encode("utf-16-le", "surrogatepass")) // 2
        assert units.units(point) == there and units.points(there) == point


def test_the_middle_of_a_character_is_no_place():
    with pytest.raises(ValueError, match="no character begins or ends at 2"):
        Units("а😀б").points(2)


def test_files_of_the_other_tools_as_they_write_them(tmp_path):
    """Each written by hand after the documentation of the tool; the emoji shifts the UTF-16 units by one."""
    text = "😀 Абай Алматыда"
    span = {"spans": [[2, 6, "PERSON"], [7, 13, "GPE"]]}
    result = [
        {
            "from_name": "ner",
            "to_name": "t",
            "type": "labels",
            "value": {"start": 3, "end": 7, "text": "Абай", "labels": ["PERSON"]},
        },
        {
            "from_name": "ner",
            "to_name": "t",
            "type": "labels",
            "value": {"start": 7, "end": 13, "text": "Алматы", "labels": ["GPE"]},
        },
    ]  # the second region counts code points, as some releases did: its text decides
    tasks = [{"id": 7, "data": {"text": text}, "annotations": [{"completed_by": {"email": "x@y"}, "result": result}]}]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), "utf-8")
    assert read(tmp_path / "tasks.json", NER) == [Annotated({"id": "7", "text": text}, {"a1": span})]
    row = {"id": 3, "text": text, "label": [[3, 7, "PERSON"], [8, 14, "GPE"]], "Comments": []}
    (tmp_path / "all.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    assert read(tmp_path / "all.jsonl", NER) == [Annotated({"id": "3", "text": text}, {"": span})]
    (tmp_path / "a.tsv").write_text(
        "#FORMAT=WebAnno TSV 3.3\n"
        "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n\n"
        f"#Text={text}\n1-1\t0-2\t😀\t_\t_\n1-2\t3-7\tАбай\t*[1]\tPERSON[1]\n"
        "1-3\t8-16\tАлматыда\t_\t_\n1-3.1\t8-14\tАлматы\t*\tGPE\n",
        "utf-8",
    )
    assert read(tmp_path / "a.tsv", NER) == [Annotated({"id": "a:1", "text": text}, {"": span})]
    (tmp_path / "a.conll").write_text("-DOCSTART- -X- -X- O\n\nАбай I-PERSON\nАлматыға I-GPE\nбарды O\n", "utf-8")
    said = read(tmp_path / "a.conll", NER)
    assert said[0].answers == {"": {"spans": [[0, 4, "PERSON"], [5, 13, "GPE"]]}} and said[0].item["group"] == "a:1"


def test_offsets_are_written_in_the_units_of_the_other_tool(tmp_path):
    """The emoji is one code point and two UTF-16 units; the second sentence begins after the first and a line break."""
    item, span = {"id": "1", "text": "😀 Абай"}, {"spans": [[2, 6, "PERSON"]]}
    for form in ("label-studio", "doccano", "webanno"):
        said = [Annotated(item, {"a1": span})] + (
            [Annotated({**item, "id": "2"}, {"a1": span})] if form == "webanno" else []
        )
        write(tmp_path / form, NER, said, form=form)
    (task,) = json.loads((tmp_path / "label-studio").read_text("utf-8"))
    value = task["annotations"][0]["result"][0]["value"]
    assert (value["start"], value["end"], value["text"]) == (3, 7, "Абай")
    assert json.loads((tmp_path / "doccano").read_text("utf-8"))["label"] == [[3, 7, "PERSON"]]
    lines = (tmp_path / "webanno").read_text("utf-8").split("\n")
    assert "1-2\t3-7\tАбай\tPERSON[1]" in lines and "2-2\t11-15\tАбай\tPERSON[2]" in lines


def test_a_treebank_gives_its_words(tmp_path):
    lines = [
        "# sent_id = s1",
        "# text = Абай келді.",
        "1\tАбай\tАбай\tPROPN\t_\t_\t2\tnsubj\t_\t_",
        "2-3\tкелді\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No",
        "2\tкел\tкел\tVERB\t_\t_\t0\troot\t_\t_",
        "3\tді\tе\tAUX\t_\t_\t2\tcop\t_\t_",
        "4\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_",
    ]
    (tmp_path / "kk.conllu").write_text("\n".join(lines) + "\n\n", "utf-8")
    found = read(tmp_path / "kk.conllu", MORPHEMES)
    assert [(one.item["id"], one.item["text"]) for one in found] == [("s1:1", "Абай"), ("s1:2", "келді")]
    assert read(tmp_path / "kk.conllu", NER)[0].item == {
        "id": "s1",
        "text": "Абай келді.",
        "tokens": ["Абай", "келді", "."],
    }


@pytest.mark.parametrize(
    "name, text, says",
    [
        ("x.json", "[{]", "is not JSON"),
        ("x.json", '[{"data": {"txt": "а"}}]', "task 1"),
        ("x.json", '{"text": "а"}', "not a list of tasks"),
        ("x.conllu", "1\tа\tб\n", "line 1: a token has 10 columns, not 3"),
        ("x.conllu", "# text = аб\n1\tа" + "\t_" * 8 + "\n", "not the text 'аб'"),
        ("x.conllu", "1\tа" + "\t_" * 7 + "\tEntity=PERSON\n", "is not B-LABEL"),
        ("x.conll", "Абай O\nкелді\n", "line 2: a token has no tag"),
        ("x.conll", "Абай PERSON\n", "is not O, B-LABEL or I-LABEL"),
        ("x.tsv", "#FORMAT=WebAnno TSV 3.3\n#T_SP=l|v\n\n#Text=аб\n1-1\t0-2\tад\t_\n", "does not stand at 0-2"),
        ("x.tsv", "#FORMAT=WebAnno TSV 3.3\n\n#Text=аб\n1-1\t0-2\tаб\t_\n", "no layer of spans"),
        (
            "x.jsonl",
            '{"text": "😀а", "label": [[1, 3, "GPE"]]}\n',
            "line 1: ValueError no character begins or ends at 1",
        ),
    ],
)
def test_what_is_not_the_format_is_refused_by_its_line(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(NotReadable, match=says):
        read(tmp_path / name, NER)


def test_unknown_labels_and_moved_texts_are_refused(tmp_path):
    (tmp_path / "x.conll").write_text("Абай B-HERO\n", "utf-8")
    with pytest.raises(BadData, match="'HERO' is none of its labels"):
        read(tmp_path / "x.conll", NER)
    value = {"start": 0, "end": 4, "text": "Абой", "labels": ["PERSON"]}
    task = {"id": 1, "data": {"text": "Абай"}, "annotations": [{"result": [{"type": "labels", "value": value}]}]}
    (tmp_path / "x.json").write_text(json.dumps([task]), "utf-8")
    with pytest.raises(BadData, match="'Абой' does not stand at 0-4"):
        read(tmp_path / "x.json", NER)


def test_what_a_format_cannot_hold_is_refused(tmp_path):
    item, path = {"id": "1", "text": "Алматыда"}, tmp_path / "x"
    inside = [Annotated(item, {"": {"spans": [[0, 6, "GPE"]]}})]
    for form in ("conllu", "conll2003"):
        with pytest.raises(BadData, match="does not begin and end with tokens"):
            write(path, NER, inside, form=form)
    with pytest.raises(Usage, match="cannot hold the answers of sentiment3"):
        write(path, tables.scheme("sentiment3"), [Annotated(item, {"": {"label": "neutral"}})], form="webanno")
    two = [Annotated(item, {"a1": {"spans": []}, "a2": {"spans": []}})]
    with pytest.raises(BadData, match="several answers"):
        write(path, NER, two, form="webanno")
    assert not path.exists()


@pytest.mark.parametrize(
    "name, payload, item",
    [
        ("sentiment3", {"label": "neutral"}, {"text": "Тақырып"}),
        ("word_similarity", {"value": 7.0}, {"text": "", "pair": ["ат", "жылқы"]}),
        ("translation_check", {"value": 80.0, "spans": [[2, 4, "meaning"]]}, {"text": "😀 ол", "source_text": "он"}),
        ("transcription", {"text": "қарға"}, {"text": "", "image": "media/1.png"}),
        ("text_review", {"text": "мен 😀", "label": "mend"}, {"text": "мэн"}),
        ("refusal", {"label": "safe"}, {"text": "Жауап", "source_text": "Сұрау"}),
    ],
)
def test_label_studio_holds_every_kind(tmp_path, name, payload, item):
    scheme = tables.scheme(name)
    annotated = [Annotated({"id": "1", **item}, {"a1": payload, "a3": payload})]
    assert through("label-studio", scheme, annotated, tmp_path) == annotated
    if scheme.kind in ("choice", "text") and name != "text_review":
        single = [Annotated({"id": "1", **item}, {"a1": payload})]
        assert through("doccano", scheme, single, tmp_path) == single


def test_known_answers_stay_here_and_proposals_go_along(tmp_path):
    scheme = tables.scheme("sentiment3")
    item = {"id": "1", "text": "а", "gold": {"label": "neutral"}, "proposal": {"label": "positive"}, "proposer": "x"}
    said = through("label-studio", scheme, [Annotated(item, {})], tmp_path)
    assert said == [Annotated({key: item[key] for key in item if key != "gold"}, {})]
    write(tmp_path / "d.jsonl", scheme, [Annotated(item, {})], form="doccano")
    assert "positive" not in (tmp_path / "d.jsonl").read_text("utf-8")


def test_formats_are_known_by_their_names(tmp_path):
    assert set(FORMATS) == {"label-studio", "doccano", "conllu", "conll2003", "webanno"}
    for name, form in (("a.conllu", "conllu"), ("a.json", "label-studio"), ("a.conll", "conll2003")):
        assert guess(tmp_path / name) == form
    (tmp_path / "own.jsonl").write_text('{"id": "1", "text": "а"}\n', "utf-8")
    assert guess(tmp_path / "own.jsonl") == ""
    (tmp_path / "a.txt").write_text("Абай\n", "utf-8")
    with pytest.raises(Usage, match="format of"):
        guess(tmp_path / "a.txt")


def test_answers_become_decisions_once_or_proposals(tmp_path):
    scheme = tables.scheme("sentiment3")
    items = [{"id": str(i), "text": f"тақырып {i}"} for i in range(3)]
    session = Session.open(scheme, tmp_path / "w", items=items[:2])
    said = [Annotated(item, {"": {"label": "neutral"}}) for item in items]
    assert bring(session, said, annotator="a1") == 3 == bring(session, said, annotator="a1")
    assert len(session.history()) == 3 and len(session.items) == 3
    assert as_items(said, proposer="doccano")[0] == {
        **items[0],
        "proposal": {"label": "neutral"},
        "proposer": "doccano",
    }
    with pytest.raises(BadData, match="has another text here"):
        bring(session, [Annotated({"id": "0", "text": "басқа"}, {})])
    with pytest.raises(Usage, match="is no annotator"):
        bring(session, said)
    assert len(session.history()) == 3


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=8))
def test_tags_and_spans_are_two_forms_of_one_thing(tags):
    item = {"id": "1", "text": " ".join("а" * len(tags))}
    spans = from_iob(tags, places(item))
    assert from_iob(iob(item, spans, ""), places(item)) == spans
