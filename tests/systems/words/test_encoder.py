"""Word vectors: analogies worked by hand, files of others read as gensim writes them, training that repeats itself."""

import gzip
from importlib.util import find_spec

import numpy as np
import pytest

from qadam.errors import BadVectors, ExtraMissing
from qadam.systems.load import Training, load
from qadam.systems.words import encoder, vectors
from qadam.terms import NO_ANSWER, Analogy, Item, SystemRow, WordPair

needs_gensim = pytest.mark.skipif(
    find_spec("gensim") is None, reason="gensim is not installed: pip install 'qadam[classic]'"
)

# Two axes, person and number: адам+plural=адамдар.
WORDS = ["адам", "адамдар", "үй", "үйлер", "тау"]
PLANE = encoder.unit(np.array([[1, 0, 0.2], [1, 0, 1], [0, 1, 0.2], [0, 1, 1], [-1, -1, 0]]))


def row(format, **options):
    return SystemRow("x", "", "encoder", format, options={"language": "kk", **options})


def trained(tmp_path, format, texts, seed=13, **options):
    items = tuple(Item(str(n), text) for n, text in enumerate(texts))
    options = {"dataset": "d", "dimensions": 8, "min_count": 1, "epochs": 3, "bucket": 1000} | options
    return load(row(format, **options), [], training=Training(lambda: items, tmp_path / f"{format}-{seed}", seed))


def test_an_analogy_by_hand():
    (answer,) = encoder.Encoder(WORDS, PLANE).answer([Analogy("адам", "адамдар", "үй")])
    assert answer.value == {"3CosAdd": "үйлер", "3CosMul": "үйлер"}
    assert answer.knows("Үйлер") and not answer.knows("үйге")


def test_question_words_are_never_the_answer():
    (answer,) = encoder.Encoder(WORDS, PLANE).answer([Analogy("адам", "адам", "үй")])  # nearest to үй is үй itself
    assert answer.value["3CosAdd"] == "үйлер"


def test_3cosmul_is_the_published_formula():
    random = np.random.default_rng(0)
    words = [f"{a}{b}" for a in "абвгд" for b in "абвгд"]
    matrix = encoder.unit(random.normal(size=(25, 6)))
    (answer,) = encoder.Encoder(words, matrix).answer([Analogy(*words[:3])])
    cosine = lambda d, k: (float(matrix[d] @ matrix[k]) + 1) / 2  # noqa: E731
    best = max(range(3, 25), key=lambda d: cosine(d, 1) * cosine(d, 2) / (cosine(d, 0) + 0.001))
    assert answer.value["3CosMul"] == words[best]


@needs_gensim
def test_3cosadd_agrees_with_gensim():
    from gensim.models import KeyedVectors

    random = np.random.default_rng(1)
    words = [f"{a}{b}" for a in "абвгдежз" for b in "абвгдежз"]
    matrix = encoder.unit(random.normal(size=(64, 10)))
    theirs = KeyedVectors(10)
    theirs.add_vectors(words, matrix)
    questions = [Analogy(*(words[i] for i in random.choice(64, 3, replace=False))) for _ in range(30)]
    ours = encoder.Encoder(words, matrix).answer(questions)
    for (a, b, c), answer in zip(questions, ours, strict=True):
        assert answer.value["3CosAdd"] == theirs.most_similar(positive=[b, c], negative=[a], topn=1)[0][0]


def test_a_word_without_a_vector_leaves_no_answer():
    answers = encoder.Encoder(WORDS, PLANE).answer(
        [WordPair("адам", "жоқ"), WordPair("адам", "адам"), Analogy("а", "ә", "б")]
    )
    assert answers[0] is NO_ANSWER and answers[2] is NO_ANSWER and answers[1].value == pytest.approx(1)


def test_words_are_looked_up_in_small_letters_and_one_script():
    assert encoder.key("Қaла!") == "қала"  # the a is Latin
    assert encoder.key("IŞIK İZ", "tr") == "ışık iz"


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_text_files_with_and_without_header(tmp_path, header, packed):
    path = tmp_path / ("v.vec.gz" if packed else "v.vec")
    text = ("2 3\n" if header else "") + "үй 1 0 0.5\nүйлер -1 2e-1 0\n"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    words, matrix = vectors.read(path)
    assert words == ["үй", "үйлер"] and matrix.tolist() == [[1, 0, 0.5], [-1, pytest.approx(0.2), 0]]
    assert vectors.read(path, limit=1)[0] == ["үй"]


@needs_gensim
@pytest.mark.parametrize("binary", [True, False])
def test_files_written_by_gensim(tmp_path, binary):
    from gensim.models import KeyedVectors

    theirs = KeyedVectors(3)
    theirs.add_vectors(WORDS, PLANE)
    theirs.save_word2vec_format(str(tmp_path / "v"), binary=binary)
    words, matrix = vectors.read(tmp_path / "v")
    assert words == WORDS and matrix == pytest.approx(PLANE)
    assert load(row("vectors"), [tmp_path / "v"]).answer([WordPair("үй", "үйлер")])[0].value > 0


@needs_gensim
def test_a_fasttext_model_is_recognised_and_knows_any_word(tmp_path):
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    model = FastText([["үй", "үйлер", "тау"]] * 20, vector_size=4, min_count=1, bucket=100, epochs=1, workers=1)
    save_facebook_model(model, str(tmp_path / "m.bin"))
    (answer,) = load(row("vectors"), [tmp_path / "m.bin"]).answer([WordPair("үй", "үйлерге")])
    assert -1 <= answer.value <= 1 and answer.knows("үй") and not answer.knows("үйлерге")


@pytest.mark.parametrize(
    "content", [b"", "үй 1 2\nтау 1\n".encode(), b"5 4\n\x00\xff \x01\x02", "бір екі үш\n".encode()]
)
def test_what_is_no_file_of_vectors_is_refused(tmp_path, content):
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(BadVectors):
        vectors.read(tmp_path / "v")


TEXTS = ["Үй үлкен, тау биік.", "Үйлер үлкен, таулар биік.", "Тау мен үй биік.", "Таулар мен үйлер үлкен."] * 5


@pytest.mark.parametrize(
    "format",
    ["ppmi-svd", "random", *(pytest.param(f, marks=needs_gensim) for f in ("word2vec", "fasttext"))],
)
def test_training_repeats_itself_and_is_kept(tmp_path, format):
    pair = [WordPair("үй", "тау")]
    first, again = (trained(tmp_path / folder, format, TEXTS).answer(pair)[0].value for folder in "ab")
    assert first == (pytest.approx(again, abs=1e-6) if format == "ppmi-svd" else again)
    assert trained(tmp_path / "a", format, ["басқа мәтін тағы"]).answer(pair)[0].value == first  # it lay there
    other = trained(tmp_path / "a", format, TEXTS, seed=29).answer(pair)[0].value
    assert (other == pytest.approx(first, abs=1e-6)) == (format == "ppmi-svd")


def test_ppmi_by_hand():
    # Window 1 on "а ә а ә а ә" : both words only ever meet each other, 5 times each way.
    texts = [["а", "ә", "а", "ә", "а", "ә"], ["б", "в", "б"]]
    matrix = encoder.unit(vectors.ppmi_svd(texts, ["а", "ә", "б", "в"], dimensions=3, window=1))
    cosines = matrix @ matrix.T
    assert abs(cosines[:2, 2:]).max() < 1e-3  # two worlds that never meet


def test_words_of_like_company_are_alike():
    texts = [[a, b] for a in ("ит", "мысық") for b in ("жүгіреді", "ұйықтайды")] * 5 + [["заң", "қабылданды"]] * 5
    words = ["ит", "мысық", "заң", "жүгіреді", "ұйықтайды", "қабылданды"]
    matrix = encoder.unit(vectors.ppmi_svd(texts, words, dimensions=3))
    assert matrix[0] @ matrix[1] > 0.9 > 0.1 > abs(matrix[0] @ matrix[2])


def test_shared_letters_by_hand(tmp_path):
    # <үй> has <үй, үй>, <үй>; <үйі> has <үй, үйі, йі>, <үйі, үйі>, <үйі>: one shared of 3 and 6.
    system = trained(tmp_path, "character-ngrams", ["үй тау көл"])
    near, far = system.answer([WordPair("үй", "үйі"), WordPair("үй", "тау")])
    assert near.value == pytest.approx(1 / (3 * 6) ** 0.5) and far.value == 0 and not near.knows("үйі")


def test_shared_letters_solve_a_regular_plural(tmp_path):
    words = "кітап кітаптар мектеп мектептер сабақ сабақтар"
    (answer,) = trained(tmp_path, "character-ngrams", [words]).answer([Analogy("кітап", "кітаптар", "сабақ")])
    assert answer.value["3CosAdd"] == "сабақтар"


def test_too_few_words_to_train_on(tmp_path):
    with pytest.raises(BadVectors, match="min_count"):
        trained(tmp_path, "ppmi-svd", ["үй тау"], min_count=5)


@pytest.mark.skipif(find_spec("transformers") is not None, reason="transformers is installed")
def test_an_encoder_without_its_extra_says_how_to_install_it(tmp_path):
    with pytest.raises(ExtraMissing) as fault:
        trained(tmp_path, "transformers", TEXTS, repo="x/y")
    assert "qadam[train]" in fault.value.next_step
