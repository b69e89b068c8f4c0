"""Readers of images: the engine by one call, guesses from closed lists, models that see, and what is missing by name."""

import base64
import io
import json
import os
import stat
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest

from qadam.catalogue import tables
from qadam.errors import BadData, BadSystem, CannotGet, ExtraMissing, Usage
from qadam.systems.images import reader, reader_tesseract
from qadam.systems.load import Training, load
from qadam.terms import NO_ANSWER, UNSCORED, Picture, Said, SystemRow

# An engine that "reads" what the image file holds as text, and keeps what it was called with; what stands in brackets
# it finds only where it does not look for a line first.
ENGINE = """#!{python}
import sys
ARGS = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(" ".join(ARGS) + "\\n")
if ARGS == ["--version"]:
    print("tesseract 9.9.9")
elif ARGS == ["--list-langs"]:
    print('List of available languages in "/models/" (4):\\nArabic\\nkaz\\nosd\\nuig')
elif {broken}:
    sys.exit("Error opening data file")
else:
    texts = [open(path.strip(), encoding="utf-8").read() for path in open(ARGS[0], encoding="utf-8")]
    if "--psm 7" in " ".join(ARGS):
        texts = ["" if text.startswith("[") else text for text in texts]
    if "--psm" in ARGS and ARGS[ARGS.index("--psm") + 1] == "0":
        if "?" in texts[0]:
            sys.exit("Too few characters")
        print("Script: " + texts[0])
    elif "tsv" in ARGS:
        for page, text in enumerate(texts, 1):
            for word in text.split():
                sure = 90 if (word.isascii()) == ("uig" in ARGS) else 10
                print("\\t".join(["5", str(page), *"1" * 4, *"0" * 4, str(sure), word]))
    else:
        for text in texts:
            print(text.replace("_", " ") + "\\n\\f", end="")
"""


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Put an engine of our own where programs are looked for; returns the lines it was called with."""

    def put(*, broken=False):
        (tmp_path / "bin").mkdir(exist_ok=True)
        program = tmp_path / "bin" / "tesseract"
        program.write_text(ENGINE.format(python=sys.executable, log=str(tmp_path / "log"), broken=broken), "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return lambda: (tmp_path / "log").read_text().split("\n")

    monkeypatch.setenv("PATH", str(tmp_path / "bin") + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr(reader_tesseract, "_QUIET", {**os.environ, "PATH": os.environ["PATH"]})
    monkeypatch.setattr(reader_tesseract, "_sha256", lambda path: "0" * 64)
    reader_tesseract.installed.cache_clear()
    yield put
    reader_tesseract.installed.cache_clear()


def picture(text, *, asks="text", options=()):
    def png():
        if text is None:
            raise BadData("BadData: page.jpg is no image.")
        return text.encode()

    return Picture(f"item {text}", "arab-clean", png, "DejaVu Sans@1234", "Read.", asks, options)


def row(model="uig", form="tesseract", **options):
    return SystemRow("r", "r", "reader", form, options={"model": model, **options})


def test_many_images_are_read_in_one_call_and_broken_ones_left_out_by_name(engine):
    calls = engine()
    system = load(row("uig+script/Arabic"), [])
    said = system.answer([picture("бір_екі"), picture(None), picture(""), picture("үш")])
    assert said == [Said("бір екі"), UNSCORED, NO_ANSWER, Said("үш")]
    asked = [call for call in calls() if "stdout" in call]
    assert len(asked) == 2 and all("-l uig+Arabic" in call for call in asked)
    assert "--psm 7" in asked[0] and "--psm 13" in asked[1]  # once more, for the one that came out blank
    assert system.usage["refused"] == ["item None"] and system.usage["engine"] == "tesseract 9.9.9"
    assert system.usage["made"] == ["DejaVu Sans@1234"] and set(system.usage["models"]) == {"uig", "script/Arabic"}


def test_a_line_that_comes_out_blank_is_read_once_more_as_it_is(engine):
    calls = engine()
    asked = [picture("бір"), picture("[екі]"), picture("үш")]
    assert load(row(modes=[7]), []).answer(asked) == [Said("бір"), NO_ANSWER, Said("үш")]
    assert load(row(modes=[7, 13]), []).answer(asked) == [Said("бір"), Said("[екі]"), Said("үш")]
    assert load(row(modes=[7, 13]), []).answer(asked[::2]) == [Said("бір"), Said("үш")]
    assert [call.partition("--psm ")[2][:2].strip() for call in calls() if "stdout" in call] == ["7", "7", "13", "7"]


def test_every_reader_of_lines_names_its_modes_so_that_another_order_is_another_system():
    rows = [one for one in tables.systems() if one.kind == "reader" and one.format in {"tesseract", "confidence"}]
    rows.append(reader.addressed("reader:tesseract:kaz"))
    assert len(rows) > 10 and all(tuple(one.options["modes"]) == reader_tesseract.MODES for one in rows)


def test_nothing_to_read_asks_nobody(engine):
    calls = engine()
    assert load(row(), []).answer([]) == [] and load(row(), []).answer([picture(None)]) == [UNSCORED]
    assert not any("stdout" in call for call in calls())


def test_an_engine_that_fails_is_named(engine):
    engine(broken=True)
    with pytest.raises(BadSystem, match="Error opening data file"):
        load(row(), []).answer([picture("бір")])


def test_a_model_that_is_not_there_names_its_package(engine):
    engine()
    with pytest.raises(ExtraMissing, match="no model 'fas'") as caught:
        load(row("kaz+fas"), [])
    assert "apt-get install" in caught.value.next_step and "tesseract-ocr-fas" in caught.value.next_step
    assert reader_tesseract.package("script/Cyrillic") == "tesseract-ocr-script-cyrl"


def test_without_the_engine_the_command_is_named(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    reader_tesseract.installed.cache_clear()
    with pytest.raises(ExtraMissing, match="not installed") as caught:
        load(tables.system("tesseract-uig"), [])
    reader_tesseract.installed.cache_clear()
    assert "tesseract-ocr-uig" in caught.value.next_step


def test_the_script_is_guessed_from_the_list_or_not_at_all(engine):
    engine()
    asked = [picture(text, asks="script", options=("Arabic", "Latin")) for text in ("Arabic", "Han", "?", None)]
    said = load(row("osd", "osd"), []).answer(asked)
    assert [one if not isinstance(one, Said) else one.text for one in said] == [
        "Arabic",
        NO_ANSWER,
        NO_ANSWER,
        UNSCORED,
    ]


def test_the_surest_model_names_script_and_language_and_reads_once(engine):
    calls = engine()
    models = {"uig": {"script": "Arabic", "language": "Uyghur"}, "kaz": {"script": "Cyrillic", "language": "Kazakh"}}
    system = load(row("", "confidence", models=models), [])
    texts = ["abc", "бір", None]
    first = system.answer([picture(t, asks="script", options=("Arabic", "Cyrillic")) for t in texts])
    second = system.answer([picture(t, asks="language", options=("Uyghur", "Kazakh")) for t in texts])
    blank = system.answer([picture("[бір]", asks="script", options=("Arabic", "Cyrillic"))])
    assert blank == [Said("Cyrillic", ("Arabic", "Cyrillic"))]
    assert [getattr(one, "text", one) for one in first] == ["Arabic", "Cyrillic", UNSCORED]
    assert [getattr(one, "text", one) for one in second] == ["Uyghur", "Kazakh", UNSCORED]
    assert sum("tsv" in call for call in calls()) == 2 + 2 * 2  # one for each model, and two for the one blank at first


class Seeing(BaseHTTPRequestHandler):
    """A model that "sees" the words that an image file holds."""

    asked: list = []  # noqa: RUF012

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(request)
        words, image = request["messages"][0]["content"]
        content = base64.b64decode(image["image_url"]["url"].partition(",")[2]).decode()
        said = f" {content}\n" if words["text"] == "Read." else "?"
        document = {"model": "eye-1", "choices": [{"message": {"content": said}, "finish_reason": "stop"}]}
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing on the terminal."""


def test_a_model_that_sees_is_asked_once_and_what_is_kept_holds_no_image(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Seeing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Seeing.asked = []
    found = reader.addressed(f"reader:openai:eye@http://127.0.0.1:{server.server_port}/v1")
    kept = tmp_path / "answers.jsonl"
    try:
        for _ in range(2):  # the second time from what was kept
            system = load(found, [], training=Training(tuple, kept))
            assert system.answer([picture("ٴبىر"), picture(None), picture("")]) == [Said("ٴبىر"), UNSCORED, NO_ANSWER]
    finally:
        server.shutdown()
        server.server_close()
    assert len(Seeing.asked) == 2 and system.usage["questions"] == 2
    request = Seeing.asked[0]
    assert request["temperature"] == 0 and request["messages"][0]["content"][1]["type"] == "image_url"
    assert "base64" not in kept.read_text("utf-8") and system.usage["refused"] == ["item None"]


@pytest.mark.parametrize("name", ["reader:tesseract:", "reader:x:y", "reader:openai:m", "reader:hf:"])
def test_an_address_that_is_not_whole_is_refused(name):
    with pytest.raises(Usage):
        reader.addressed(name)


def test_readers_by_address():
    assert reader.addressed("reader:tesseract:kaz+eng").options["model"] == "kaz+eng"
    found = reader.addressed("reader:hf:a/b@c")
    assert (found.kind, found.format, found.options["model"], found.options["place"]) == ("reader", "trocr", "a/b", "c")
    with pytest.raises(BadSystem, match="unknown way"):
        load(row(form="telepathy"), [])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """An encoder-decoder of one layer with random weights over four letters, which never stops by itself."""
    if not all(map(find_spec, ("torch", "transformers", "PIL"))):
        pytest.skip("torch, transformers and Pillow are not installed: pip install 'qadam[train,ocr]'")
    import torch
    from tokenizers import Tokenizer, models
    from transformers import (
        PreTrainedTokenizerFast,
        TrOCRConfig,
        TrOCRProcessor,
        VisionEncoderDecoderConfig,
        VisionEncoderDecoderModel,
        ViTConfig,
        ViTImageProcessor,
    )

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(13)
    names = {token: n for n, token in enumerate(["[PAD]", "[BOS]", "[EOS]", "[UNK]", *"әғқң"])}
    letters = Tokenizer(models.BPE(names, [], unk_token="[UNK]"))
    marks = {"unk_token": "[UNK]", "bos_token": "[BOS]", "eos_token": "[EOS]", "pad_token": "[PAD]"}
    seen = ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16
    )
    said = TrOCRConfig(
        vocab_size=len(names), d_model=16, decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=32,
        max_position_embeddings=256, cross_attention_hidden_size=16, init_std=0.5,
        pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1,
    )  # fmt: skip
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(seen, said)
    config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 1, 0, 2
    model = VisionEncoderDecoderModel(config)
    model.save_pretrained(folder)
    image = ViTImageProcessor(size={"height": 32, "width": 32})
    TrOCRProcessor(image, PreTrainedTokenizerFast(tokenizer_object=letters, **marks)).save_pretrained(folder)
    return folder


def test_a_model_of_hugging_face_reads_each_image_by_itself(tiny, monkeypatch):
    from PIL import Image

    from qadam.systems.images import reader_trocr

    monkeypatch.setattr(reader_trocr, "LONGEST", 12)

    def drawn(width, grey):
        out = io.BytesIO()
        Image.linear_gradient("L").resize((width, 40)).point(lambda v: v * grey // 255).save(out, "PNG")
        return Picture(f"{width}", "c", out.getvalue)

    def broken():
        raise BadData("BadData: no image.")

    pictures = [drawn(90, 255), drawn(40, 60), drawn(200, 120)]
    system = load(SystemRow("t", "t", "reader", "trocr", options={"model": str(tiny)}), [])
    together = system.answer([*pictures, Picture("x", "c", broken)])
    assert together[3] is UNSCORED
    assert together[:3] == [one for picture in pictures for one in system.answer([picture])]
    import torch
    from transformers import AutoProcessor, VisionEncoderDecoderModel

    processor, model = AutoProcessor.from_pretrained(tiny), VisionEncoderDecoderModel.from_pretrained(tiny).eval()
    for picture, found in zip(pictures, together, strict=False):
        pixels = processor(Image.open(io.BytesIO(picture.png())).convert("RGB"), return_tensors="pt").pixel_values
        with torch.inference_mode():
            tokens = model.generate(pixels, max_new_tokens=12, do_sample=False, num_beams=1)
        text = " ".join(processor.batch_decode(tokens, skip_special_tokens=True)[0].split())
        assert found == (Said(text) if text else NO_ANSWER)


def test_a_model_that_is_not_there_is_named(tmp_path):
    if not all(map(find_spec, ("torch", "transformers", "PIL"))):
        pytest.skip("torch, transformers and Pillow are not installed: pip install 'qadam[train,ocr]'")
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (40, 20), 255).save(out, "PNG")
    gone = SystemRow("t", "t", "reader", "trocr", options={"model": str(tmp_path / "gone")})
    with pytest.raises(CannotGet, match="cannot be loaded"):
        load(gone, []).answer([Picture("x", "c", out.getvalue)])


def test_without_the_extras_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ExtraMissing, match="transformers") as caught:
        load(SystemRow("t", "t", "reader", "trocr", options={"model": "a/b"}), [])
    assert caught.value.next_step == "pip install 'qadam[train,ocr]'"
