"""Makes the inflectional analogies of Kazakh from paradigms: ten relations, fifty pairs each.

The categories and lemmas are rows (`analogies.toml`), the forms come from `qadam.kazakh.morphology`. What is made is
written once, read by people and kept in `samples/analogies_mini`, so that a change of the generator changes no benchmark in
silence; a test holds the kept file to this maker. Write it again with

    python -m qadam.catalogue.makers.analogies > src/qadam/catalogue/samples/analogies_mini/inflection.tsv

Form after Gladkova, Drozd & Matsuoka (2016), Analogy-based Detection of Morphological and Semantic Relations with Word
Embeddings: What Works and What Doesn't (BATS); content is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from qadam.errors import BadData
from qadam.kazakh.morphology import generate


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Id, category, first form and second form of every pair; several second forms are joined by "/", the usual first.

    Raises:
        BadData: a lemma has no such form, or both forms are the same.
    """
    document = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    number = 0
    for category in document["category"]:
        for lemma in category["lemmas"].split():
            number += 1
            first, second = (generate(lemma, category["pos"], category[side]) for side in ("from", "to"))
            if not first or not second or first[0] in second:
                raise BadData(f"BadData: {category['name']}: {lemma} gives no pair.", "Mend makers/analogies.toml.")
            yield f"ai-{number:03d}", category["name"], first[0], "/".join(second)


def main() -> None:
    """Write the table to standard output."""
    print("id\tcategory\ta\tb")
    for row in rows():
        print("\t".join(row))


if __name__ == "__main__":
    main()
