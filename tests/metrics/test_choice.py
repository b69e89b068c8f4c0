"""Every way of reading an answer, on answers as models write them; the Kazakh ones by hand."""

import pytest

from qadam.metrics import choice
from qadam.metrics.accuracy import Key
from qadam.terms import NO_ANSWER, Item, Said

OPTIONS = ("құндыз", "барыс", "солтүстік бұғысы", "тиін")


def letter(rule, text, options=OPTIONS):
    found = choice.RULES[rule](text, options)
    return None if found is NO_ANSWER else choice.LETTERS[found]


CAREFUL = [
    ("B", "B"),
    ("**B**", "B"),
    ("В", "B"),  # Cyrillic ve, the look-alike
    ("(С)", "C"),  # Cyrillic es
    ("Жауап: А", "A"),  # Cyrillic a
    ("Жауап: B", "B"),
    ("**Жауап:** D) тиін", "D"),
    ("Дұрыс жауап – B) барыс.", "B"),
    ("Дұрыс жауабы: Б", "B"),  # by ear
    ("Jawap: C", "C"),
    ("Jawabı: C", "C"),
    ("Жауап: $\\boxed{C}$", "C"),
    ("Демек, C нұсқасы дұрыс.", "C"),
    ("The correct answer is D.", "D"),
    ("Ответ: А", "A"),
    ("A) құндыз – жоқ.\nB) барыс – иә, сирек.\nC) ...\nЖауап: B", "B"),  # what is stated last, not what is listed first
    ("Жауап: A деп ойлаймын. Қайта санайық.\nЖауап: C", "C"),
    ("D\n\nСұрақ: Су неде қайнайды?\nA) 50\nB) 100\nЖауап: B", "D"),  # a question of its own
    ("A) құндыз\n\nB) барыс емес, C) де емес.", "A"),  # the first line is the option
    ("Сирек кездесетіні – **C) солтүстік бұғысы** болып табылады.", "C"),
    ("Менің ойымша, бұл солтүстік бұғысы.", "C"),
    ("Жауап: солтүстік бұғысы", "C"),
    ("C) солтүстік бұғысы\nСебебі ол сирек.", "C"),
    ("Жауаптар: A) құндыз, B) барыс", None),  # a plural chooses none
    ("Жауап: E", None),  # there is no such option
    ("Нұсқалардың ешқайсысы дұрыс емес.", None),
    ("Жауап: Астана қаласы", None),  # A begins a word
    ("А + 3 = B - 6", None),  # letters of an equation
    ("", None),
]


@pytest.mark.parametrize("text, named", CAREFUL)
def test_careful_reading(text, named):
    assert letter("careful", text) == named


def test_an_option_that_is_part_of_another_does_not_count_for_it():
    assert letter("careful", "Жауап: 13 км", ("3 км", "13 км", "км", "30 км")) == "B"


@pytest.mark.parametrize(
    "text, named", [("B", "B"), (" **В)** ", "B"), ("Жауап: B", None), ("B) барыс", None), ("", None)]
)
def test_strict_reading(text, named):
    assert letter("strict", text) == named


@pytest.mark.parametrize(
    "text, named", [("A) емес, B) дұрыс", "A"), ("Жауап: C", "C"), ("барыс", None), ("ABC", None), ("В", None)]
)
def test_first_letter_reading(text, named):
    assert letter("first-letter", text) == named


@pytest.mark.parametrize(
    "text, named",
    [
        ("A) емес. Жауап: B", "B"),  # the word for answer goes before the first bracket
        ("A) емес, B) дұрыс", "A"),
        ("**Жауап:** Д", "D"),
        ("жауап C)", "C"),
        ("D", None),  # a bare letter is not read: that is its known fault
        ("Жауабы D", None),
    ],
)
def test_tumlu_reading(text, named):
    assert letter("tumlu-2025", text) == named


def test_a_choice_goes_back_to_the_order_of_the_data():
    item = Item("q", {"question": "?", "options": OPTIONS}, "C")
    shuffled = Said("Жауап: A", (OPTIONS[2], OPTIONS[0], OPTIONS[1], OPTIONS[3]))
    assert choice.chosen(shuffled, item) == "C"
    assert choice.chosen(Said("Жауап: A"), item) == "A"
    assert choice.chosen(Said("білмеймін"), item) is NO_ANSWER


def test_options_that_say_the_same_are_one():
    item = Item("q", {"question": "?", "options": ("иә", "жоқ", "иә", "мүмкін")}, "C")
    assert choice.key(item) == Key("A", 4)
    assert choice.chosen(Said("C"), item) == "A"


def test_a_key_that_no_option_has_is_met_by_nobody():
    item = Item("q", {"question": "?", "options": ("иә", "жоқ")}, "D")
    assert choice.key(item) == Key("D", 2)


def test_a_question_is_shown_with_its_passage_and_marks():
    item = Item("q", {"question": "Қайсы?", "passage": "Мәтін.", "options": ("бір", "екі")}, "A")
    ask = choice.ask(item, "Жауап бер.", condition="direct-kk", characters=9)
    assert ask.prompt == "Жауап бер.\n\nМәтін.\n\nҚайсы?\n\nA) бір\nB) екі"
    assert (ask.item, ask.condition, ask.options, ask.characters) == ("q", "direct-kk", ("бір", "екі"), 9)


QUESTION = Item("q-1", {"question": "Қайсысы құс?", "options": ("ит", "қарға", "жылқы", "балық")}, "B", "q")


def test_shuffled_options_keep_the_question_and_move_the_key_along():
    seen = choice.shuffled(QUESTION, seed=13)
    assert sorted(seen.input["options"]) == sorted(QUESTION.input["options"]) and seen.input != QUESTION.input
    assert seen.input["options"][choice.LETTERS.index(seen.gold)] == "қарға"
    assert choice.shuffled(QUESTION, seed=13) == seen
    assert len({choice.shuffled(QUESTION, seed=seed).input["options"] for seed in range(40)}) > 15
    same = Item("s", {"question": "?", "options": ("бір", "бір")}, "A")
    assert choice.shuffled(same, seed=13).input == same.input


@pytest.mark.parametrize("seed", range(5))
def test_an_answer_to_shuffled_options_is_read_in_the_order_of_the_data(seed):
    seen = choice.shuffled(QUESTION, seed=seed)
    said = Said(f"Жауап: {seen.gold}", seen.input["options"])
    assert choice.chosen(said, QUESTION) == "B"
    assert choice.placed(said, QUESTION) == ("B", seen.gold)


def test_in_latin_the_question_is_written_as_the_alphabet_of_2021_has_it():
    latin = choice.in_latin(QUESTION)
    assert latin.input == {"question": "Qaisysy qūs?", "options": ("it", "qarğa", "jylqy", "balyq")}
    assert choice.chosen(Said("Jauap: B", latin.input["options"]), latin) == "B"
    assert choice.chosen(Said("Jauaby – qarğa", latin.input["options"]), latin) == "B"


def test_as_many_examples_are_shown_as_there_are():
    examples = tuple(Item(f"e{n}", {"question": f"Сұрақ {n}?", "options": ("а", "ә")}, "A") for n in range(5))
    item = Item("q", QUESTION.input, "B", "q", {"examples": examples[:2]})
    assert "Сұрақ" not in choice.ask(item, "Жауап бер.", condition="c", characters=9).prompt
    prompt = choice.ask(item, "Жауап бер.", condition="c", characters=9, shots=3).prompt
    assert prompt.count("Сұрақ") == 2 == prompt.count("Жауап: A")
    assert prompt.startswith("Жауап бер.") and prompt.endswith("D) балық")
