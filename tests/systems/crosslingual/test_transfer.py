"""Arms that learn from another language: spelling, small networks and pretrained ones, each taught in a moment on the spot."""

from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.errors import BadSystem, CannotGet, EmptyDataset
from qadam.systems.crosslingual import spelled, transfer
from qadam.systems.load import Training, load
from qadam.terms import Document, Item, Sentence, Taught

TURKISH = ["Ali Ankara'da yaşıyor .", "Ayşe İzmir'e gitti .", "Bugün hava soğuk ."]
RUSSIAN = ["Али живёт в Анкаре", "Айше уехала в Измир", "Сегодня на улице холодно"]
KAZAKH = ["Әли Анкарада тұрады .", "Айша Измирге кетті .", "Бүгін ауа райы суық ."]
LABELS = {
    "tr": ["B-PERSON B-LOCATION O O", "B-PERSON B-LOCATION O O", "O O O O"],
    "ru": ["B-PERSON O O B-LOCATION", "B-PERSON O O B-LOCATION", "O O O O"],
    "kk": ["B-PERSON B-LOCATION O O", "B-PERSON B-LOCATION O O", "O O O O O"],
}


def named(language, texts):
    return [
        Item(f"{language}-{n}", text, tuple(labels.split()))
        for n, (text, labels) in enumerate(zip(texts, LABELS[language], strict=True))
    ]


DATA = {
    "names-tr": named("tr", TURKISH),
    "names-ru": named("ru", RUSSIAN),
    "names-kk": named("kk", KAZAKH),
    "text-tr": [Item(str(n), text) for n, text in enumerate(TURKISH * 3)],
    "text-ru": [Item(str(n), text) for n, text in enumerate(RUSSIAN * 3)],
} | {
    f"topics-{language}": [
        Item(
            str(n),
            {"kk": KAZAKH[n % 3], "tr": TURKISH[n % 3], "ru": RUSSIAN[n % 3]},
            fields={"category": "ab"[n % 3 == 2]},
        )
        for n in range(12)
    ]
    for language in ("kk", "tr", "ru")
}
READING = [Item(str(n), text) for n, text in enumerate(KAZAKH * 3)]


def training(path, **limits):
    return Training(
        lambda: READING,
        path / "arm",
        named=DATA.__getitem__,
        limits={"characters": 600, "epochs": 1, "steps": 3, **limits},
    )


def asked(task="names", *, examples=0, script="kk-Cyrl", fold=0, folds=0):
    question = Sentence(tuple(KAZAKH[0].split())) if task == "names" else Document(KAZAKH[0])
    return Taught(task, question, examples, script, fold, folds)


SMALL = {"vocabulary": 300, "width": 16, "layers": 1, "heads": 2, "rate": 0.003}


def row(format, source, **options):
    made = tables.system("transfer-turkish")
    return replace(made, format=format, options={"source": source, "topic": "category", **options})


def test_spelling_learns_what_it_is_shown_and_moves_to_what_looks_alike():
    examples = [(tuple(text.split()), tuple(labels.split())) for text, labels in zip(KAZAKH, LABELS["kk"], strict=True)]
    label = spelled.learned(examples)
    assert label([tokens for tokens, _ in examples]) == [gold for _, gold in examples]
    assert label([("Әлия", "Анкарада", "тұрады", ".")])[0][1] == "B-LOCATION"
    assert label([(), ("Әли",)])[0] == ()


def test_spelling_is_the_same_every_time_and_valid():
    examples = [
        (tuple(text.split()), tuple(labels.split())) for text, labels in zip(TURKISH, LABELS["tr"], strict=True)
    ]
    first, again = (spelled.learned(examples)([tuple(text.split()) for text in KAZAKH]) for _ in range(2))
    assert first == again and all(len(a) == len(text.split()) for a, text in zip(first, KAZAKH, strict=True))


def test_steps_reach_what_a_regression_would():
    from scipy import sparse

    draw = np.random.default_rng(5)
    table = draw.normal(size=(400, 6))
    gold = (table @ draw.normal(size=(6, 3))).argmax(axis=1)
    given = (table @ spelled.fitted(sparse.csr_matrix(table), gold, 3)).argmax(axis=1)
    assert (given == gold).mean() > 0.95


def test_texts_get_one_label(tmp_path):
    system = load(row("linear", "ru"), (), training=training(tmp_path))
    assert system.answer([asked("topics", folds=3), asked("topics", examples=2, folds=3)])[0] in ("a", "b")


@pytest.fixture
def no_torch():
    pytest.importorskip("torch", reason="pip install 'qadam[train]'")
    pytest.importorskip("transformers", reason="pip install 'qadam[train]'")


@pytest.mark.usefixtures("no_torch")
def test_a_small_network_reads_once_and_is_taught_in_two_lessons(tmp_path):
    arms = {source: load(row("network", source, **SMALL), (), training=training(tmp_path)) for source in ("tr", "none")}
    questions = [asked(), asked(examples=2), asked("topics", folds=3), asked(examples=2, script="kk-Latn")]
    first = arms["tr"].answer(questions)
    assert [len(a) for a in (first[0], first[1], first[3])] == [4, 4, 4] and first[2] in ("a", "b")
    assert arms["none"].answer([asked(examples=2)])[0] != transfer.NO_ANSWER
    assert len([p for p in tmp_path.glob("languages-*") if p.is_dir()]) == 1  # one body for both arms
    lessons = [p for p in tmp_path.glob("arm-*") if (p / "course.json").exists()]
    assert (
        len(lessons) == 5
    )  # Turkish names for both amounts, topics, two amounts of Kazakh, and the arm without a source
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("weights.safetensors")}
    again = load(row("network", "tr", **SMALL), (), training=training(tmp_path))
    assert again.answer(questions) == first
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("weights.safetensors")} == before


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """XLM-R with random weights and a vocabulary of 200, made on the spot."""
    pytest.importorskip("torch", reason="pip install 'qadam[train]'")
    transformers = pytest.importorskip("transformers", reason="pip install 'qadam[train]'")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    library = Tokenizer(models.Unigram())
    library.pre_tokenizer = pre_tokenizers.Metaspace()
    library.train_from_iterator(
        TURKISH + RUSSIAN + KAZAKH,
        trainers.UnigramTrainer(vocab_size=200, special_tokens=special, unk_token="<unk>", show_progress=False),
    )
    library.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), special, strict=True))
    config = transformers.XLMRobertaConfig(
        vocab_size=library.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=300, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("xlm-r")
    transformers.PreTrainedTokenizerFast(tokenizer_object=library, **names).save_pretrained(folder)
    transformers.XLMRobertaModel(config).save_pretrained(folder)
    return folder


def test_a_pretrained_model_is_taught_by_the_same_lessons(tiny, tmp_path):
    arm = row("transformers", "tr", repo=str(tiny), rate=0.003)
    questions = [asked(), asked(examples=2), asked("topics", folds=3)]
    first = load(arm, (), training=training(tmp_path)).answer(questions)
    assert len(first[0]) == len(first[1]) == 4 and first[2] in ("a", "b")
    assert load(arm, (), training=training(tmp_path)).answer(questions) == first
    other = load(arm, (), training=replace(training(tmp_path), seed=14))
    assert len(other.answer(questions[:1])[0]) == 4


def test_a_pretrained_model_learns(tiny, tmp_path):
    from qadam.systems.crosslingual import taught_network
    from qadam.systems.training import pretrained_labels, train

    examples = [(tuple(text.split()), tuple(labels.split())) for text, labels in zip(KAZAKH, LABELS["kk"], strict=True)]
    labels = ("O", "B-LOCATION", "B-PERSON")
    body = taught_network._Pretrained(row("transformers", "tr", repo=str(tiny)), training(tmp_path))
    network = body.fresh("tagging", labels)
    train.fit(network, body.task(examples, labels), train.Recipe(13, 20_000, rate=0.02, checks=0), to=tmp_path / "w")
    assert pretrained_labels.label(network, body._tokenizer, [q for q, _ in examples], labels) == [
        a for _, a in examples
    ]


def test_what_cannot_be_loaded_says_how_to_get_it(tmp_path):
    pytest.importorskip("transformers", reason="pip install 'qadam[train]'")
    with pytest.raises(CannotGet, match="cannot be loaded"):
        load(row("transformers", "tr", repo=str(tmp_path / "nowhere"), rate=0.1), (), training=training(tmp_path))
    with pytest.raises(EmptyDataset, match="equally long"):
        data = {**DATA, "names-ru": named("ru", ["Али", "Айше", "да"])}
        load(row("linear", "tr"), (), training=replace(training(tmp_path), named=data.__getitem__)).answer([asked()])
    with pytest.raises(BadSystem, match="names no data"):
        load(row("linear", "tr"), ())
