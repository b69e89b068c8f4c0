"""`qadam run english-cot` on multiple-choice questions made by a bench instead of the study's own, asked one way only.

    QADAM_BENCH_ITEMS=items.jsonl python bench/thousand.py run english-cot --system openai:MODEL@URL --out DIR

Everything else is the command as users know it: plan, ask, keep, read, 10,000 resamples, record, report.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

from qadam.catalogue import tables
from qadam.cli import main
from qadam.studies import english_cot
from qadam.terms import Dataset, File

PATH = Path(os.environ["QADAM_BENCH_ITEMS"])
ROW = Dataset(
    id="thousand",
    title="Questions made for a bench",
    reader="questions",
    files=(File(f"path:{PATH}", sha256=hashlib.sha256(PATH.read_bytes()).hexdigest(), bytes=PATH.stat().st_size),),
    splits={"test": ()},
    languages=("kk",),
    licence="Apache-2.0",
    redistribution=True,
    options={"question": "question", "choices": "choices", "answer": "answer", "group": ""},
)

known = (*tables.datasets(), ROW)
tables.datasets = lambda: known
asked = replace(
    english_cot.SAMPLE, datasets=("thousand/test",), conditions=(english_cot.DIRECT,), contrasts=(), rule=None
)
english_cot.STUDY = replace(english_cot.STUDY, protocols={"sample": asked})
sys.argv[0] = "qadam"
main()
