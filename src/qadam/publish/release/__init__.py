"""Makes a dataset that others can use of what annotators left: data, card, checksums, and the row that finds it.

What is read lies in the work folder of a scheme; this room knows it by its files alone. The release is built beside its
final place and put there whole:

    release/README.md          the card, with the metadata Hugging Face reads
    release/data/SPLIT.jsonl   the gold, one item a line; the same in SPLIT.parquet
    release/decisions.jsonl    what each annotator said, before anything was settled
    release/guideline/         the guideline the annotators had, in kk, ru and en
    release/media/             images and sounds, where their licence lets them be passed on
    release/croissant.json     the same facts for machines (Croissant)
    release/CITATION.cff       how to cite it
    release/SHA256SUMS         checksums of all of it

Where the licence of a text does not let it be passed on, ids, offsets and labels are released without it, and a copy
with texts for this machine alone lies in `local/`. What annotators do not agree on yet can only become a draft.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from qadam.catalogue import tables
from qadam.catalogue.fetch import Address
from qadam.errors import NotReleasable, StoreNotWritable, Usage
from qadam.publish.release import card, citation, columns, croissant, records, row
from qadam.publish.release.licences import Permit, permit
from qadam.publish.release.records import Records
from qadam.publish.release.splits import SHARES, by_group
from qadam.terms import Dataset, Scheme

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Wishes:
    """What whoever publishes decides: name, licence, authors, version, date (ISO), and whether it is only a draft."""

    licence: str = ""
    name: str = ""
    authors: tuple[str, ...] = ()
    version: str = "1.0.0"
    date: str = ""
    draft: bool = False
    seed: int = 13
    repository: str = ""  # ORG/NAME on the hub, if it is to go there


@dataclass(frozen=True)
class Release:
    """What was decided and found before anything is written: all that card, Croissant, citation and row say."""

    records: Records
    wishes: Wishes
    permit: Permit
    name: str
    splits: dict[str, list[columns.Row]]  # in the order train, validation, test; none is empty
    fields: dict[str, str]  # column -> what it holds

    @property
    def scheme(self) -> Scheme:
        """The scheme of the annotation."""
        return self.records.scheme

    @property
    def title(self) -> str:
        """What the data set is called; a draft says so."""
        return f"{'DRAFT: ' if self.wishes.draft else ''}{self.scheme.title['en']}, gold data"

    @property
    def size(self) -> int:
        """The number of items in all splits."""
        return sum(map(len, self.splits.values()))

    @property
    def page(self) -> str:
        """The page a person would open; empty while the release lies on this machine alone."""
        repository = self.wishes.repository
        return Address("hf", f"datasets/{repository}", "main", "").page() if repository else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the items, Kazakh where none is stated."""
        said = {str(item.get("language") or "kk") for item in self.records.items.values()}
        return tuple(sorted(said, key=lambda code: (code != "kk", code)))


@dataclass(frozen=True)
class Built:
    """What was made: the folder of the release, that of the data its row names, the row, how many items each split has."""

    folder: Path
    data: Path
    row: Dataset
    sizes: dict[str, int]
    permit: Permit


def build(scheme: Scheme, folder: Path, *, wishes: Wishes) -> Built:
    """Make the release of a work folder; what an earlier call made is replaced by it, as a whole.

    Raises:
        NotReleasable: agreement, gold, licence or consent is missing, or disagreements are not settled.
        AgreementTooLow: annotators agree less than the scheme asks.
        RecordDamaged: agreement or gold is not what the log says.
        Usage: nothing was annotated, the name cannot be one, or something else lies where the release belongs.
    """
    found = records.read(scheme, folder, draft=wishes.draft)
    allowed = permit(found.items.values(), stated=wishes.licence, scheme=scheme)
    whole = [columns.flat(one) for one in found.gold]
    shown = whole if allowed.texts else [columns.without_texts(one) for one in whole]
    split = by_group(whole, seed=wishes.seed, shares=SHARES)
    release = Release(
        records=found,
        wishes=wishes,
        permit=allowed,
        name=_named(scheme, wishes),
        splits={part: [shown[at] for at in places] for part, places in split.items()},
        fields=columns.described(shown),
    )
    target = folder / ("draft" if wishes.draft else "release")
    _refuse_strange(target)
    try:
        _put(release, target)
        data = target / "data"
        if not allowed.texts:
            data = _fresh(target.with_name("local-draft" if wishes.draft else "local"))
            columns.write(data, {part: [whole[at] for at in places] for part, places in split.items()})
    except OSError as fault:
        raise StoreNotWritable(
            f"StoreNotWritable: {target} could not be written: {fault.strerror or fault}.", "Free some space."
        ) from fault
    sizes = {part: len(places) for part, places in split.items()}
    return Built(target, data, row.of(release, data), sizes, allowed)


def refuse_taken(scheme: Scheme, wishes: Wishes) -> None:
    """Refuse a name that the catalogue, or another dataset of the user's, has.

    Raises:
        Usage: the name is taken, or cannot be one.
    """
    name = _named(scheme, wishes)
    taken = next((row for row in tables.datasets() if row.id == name), None)
    if taken and not (taken.reader == "tabular" and f"Scheme {scheme.id}," in taken.note):
        raise Usage(f"Usage: there is a dataset {name!r} already.", "Choose another: --name NAME")


def sums(folder: Path) -> str:
    """The checksums of every file of a release, in the form `sha256sum --check` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def _put(release: Release, target: Path) -> None:
    """Write everything beside the target, then put it in its place."""
    new = _fresh(target.with_name(f"{target.name}.new"))
    columns.write(new / "data", release.splits)
    columns.write_decisions(new, release.records.decisions, texts=release.permit.texts)
    for language in ("kk", "ru", "en"):
        path = new / "guideline" / f"{language}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(tables.guideline(release.scheme.id, language), "utf-8")
    if release.permit.texts:
        _copy_media(release, new)
    for name, text in (
        ("README.md", card.text(release)),
        ("CITATION.cff", citation.text(release)),
        ("croissant.json", croissant.text(release, new)),
        *((("reviews.toml", card.reviews(release)),) if card.reviews(release) else ()),
    ):
        (new / name).write_text(text, "utf-8", newline="\n")
    (new / SUMS).write_text(sums(new), "utf-8", newline="\n")
    if target.exists():
        shutil.rmtree(target)
    new.rename(target)


def _copy_media(release: Release, new: Path) -> None:
    """The images and sounds of the released items, under the path that the items name."""
    root = release.records.folder.resolve()
    for item in (one for rows in release.splits.values() for one in rows):
        for named in (item[key] for key in ("image", "audio") if item.get(key)):
            source = (root / named).resolve()
            if not source.is_relative_to(root / "media") or not source.is_file():
                raise NotReleasable(
                    f"NotReleasable: the item {item['id']!r:.60} names {named!r:.80}, which is no file of media/.",
                    "Bring the folder back from a copy.",
                )
            (new / named).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, new / named)


def _named(scheme: Scheme, wishes: Wishes) -> str:
    """The id of the dataset."""
    name = wishes.name or f"{scheme.id.replace('_', '-')}-gold"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise Usage(f"Usage: {name!r:.60} cannot name a dataset.", "Small letters, digits and hyphens: --name my-data")
    return f"{name}-draft" if wishes.draft else name


def _refuse_strange(target: Path) -> None:
    """Nothing that this room did not write is ever removed."""
    if target.exists() and any(target.iterdir()) and not (target / SUMS).is_file():
        raise Usage(f"Usage: {target} holds something else.", "Move it away, then publish again.")


def _fresh(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
