"""Translation models of Hugging Face, as they are or converted for CTranslate2: NLLB-200 and what was trained from it.

The language of a text is told by the row's `codes`; the translation begins with the code of its language. Sentences of like length
are translated together, by beam search.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qadam.errors import CannotGet, ExtraMissing
from qadam.systems.training.train import need_torch
from qadam.systems.weights import asked_for, loading
from qadam.terms import SystemRow

TOGETHER = 16  # sentences
BEAMS = 4
LONGEST = 512  # pieces of a translation
CONVERTED = "QADAM_CT2"  # the folder in which models converted for CTranslate2 lie

Step = Callable[[Sequence[str], str, str], list[str]]


def model(row: SystemRow) -> Step:
    """The model of a row as a step between two languages; it is loaded at once.

    Raises:
        ExtraMissing: transformers and torch, or ctranslate2, are not installed.
        CannotGet: the model cannot be loaded.
    """
    codes = {str(language): str(code) for language, code in row.options["codes"].items()}
    translate = _transformers(row) if row.format == "transformers" else _ctranslate2(row)

    def step(texts: Sequence[str], source: str, target: str) -> list[str]:
        made = [""] * len(texts)
        order = sorted((n for n, text in enumerate(texts) if text.strip()), key=lambda n: len(texts[n]))
        for start in range(0, len(order), TOGETHER):
            batch = order[start : start + TOGETHER]
            found = translate([texts[n] for n in batch], codes[source], codes[target])
            for n, text in zip(batch, found, strict=True):
                made[n] = text
        return made

    return step


def _transformers(row: SystemRow) -> Step:
    torch = need_torch()
    import transformers

    repo, how = str(row.options["repo"]), asked_for(row.options.get("revision"))
    with loading(repo):
        tokenizer = transformers.AutoTokenizer.from_pretrained(repo, **how)
        network = transformers.AutoModelForSeq2SeqLM.from_pretrained(repo, **how).eval()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)

    def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
        tokenizer.src_lang = source
        shown = tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=LONGEST)
        with torch.inference_mode():
            out = network.generate(
                **{name: value.to(device) for name, value in shown.items() if name != "token_type_ids"},
                forced_bos_token_id=tokenizer.convert_tokens_to_ids(target),
                num_beams=BEAMS,
                max_new_tokens=LONGEST,
                do_sample=False,
            )
        found: list[str] = tokenizer.batch_decode(out, skip_special_tokens=True)
        return found

    return translate


def _ctranslate2(row: SystemRow) -> Step:
    try:
        import ctranslate2
        import transformers
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: CTranslate2 or transformers is not installed.", "pip install 'qadam[mt]'"
        ) from fault
    name = str(row.options["folder"])
    root = os.environ.get(CONVERTED, "")
    folder = Path(root) / name
    if not root or not (folder / "model.bin").is_file():
        raise CannotGet(f"CannotGet: there is no {name}, converted for CTranslate2, in {root or CONVERTED}.", row.note)
    with loading(str(folder), row.note):
        tokenizer: Any = transformers.AutoTokenizer.from_pretrained(str(folder))
        network = ctranslate2.Translator(str(folder), device="auto", compute_type="auto")

    def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
        tokenizer.src_lang = source
        pieces = [
            tokenizer.convert_ids_to_tokens(tokenizer(text, truncation=True, max_length=LONGEST).input_ids)
            for text in texts
        ]
        found = network.translate_batch(
            pieces, target_prefix=[[target]] * len(pieces), beam_size=BEAMS, max_decoding_length=LONGEST
        )
        ids = [tokenizer.convert_tokens_to_ids(one.hypotheses[0][1:]) for one in found]  # the first is the language
        return [str(tokenizer.decode(own, skip_special_tokens=True)) for own in ids]

    return translate
