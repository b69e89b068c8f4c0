"""Everything that can go wrong, named after its diagnosis.

    QadamError                     shown without a traceback; `exit_code` 1
    ├── Usage                      the command was written wrongly; exit code 2
    │   ├── UnknownName            no problem, dataset, system or scheme of this name
    │   └── NotAStudy              the problem has a row but no study yet
    ├── CannotGet                  a file or system could not be had
    │   ├── Offline                not in the cache, not in the mirror, and the network is off
    │   ├── Gated                  the source asks for a token or for accepted terms
    │   ├── NotFetched             the source answered, but not with the file
    │   ├── ChecksumMismatch       the bytes are not those the study was written for
    │   ├── ExtraMissing           an optional package is not installed
    │   ├── NotAnswered            an endpoint left questions open, or refuses them
    │   └── BudgetSpent            the next question could cost more than the user allows
    ├── BadData
    │   ├── NotReadable            not UTF-8, not the promised format
    │   ├── EmptyDataset           nothing in it, or nothing in this language
    │   ├── BadAudio               a clip that is empty, broken, cut short or too long
    │   ├── Misaligned             files that should be parallel are not
    │   └── NotRecorded            a recorded run holds no answer to what is asked
    ├── BadSystem                  a system that cannot be brought to life
    │   ├── BadTokenizer           a file that is not a tokenizer
    │   ├── BadVectors             a file that holds no word vectors
    │   ├── BadCheckpoint          what was kept of a training is damaged, or of another recipe
    │   ├── NotTrained             the loss is no number any more
    │   └── OutOfMemory            a batch does not fit
    ├── Store
    │   ├── StoreNotWritable       disk full or read-only
    │   ├── StoreBusy              another run works on the same records
    │   ├── RecordDamaged          a stored record does not match its own checksum
    │   └── RecordNewer            a stored record is of a layout that only a newer Qadam knows
    ├── WorkerLost                 a worker process was killed while it worked
    ├── NothingToJudge             no stored records for this protocol
    ├── NotMeasured                a system asked for by name could not be measured
    ├── AgreementTooLow            annotators do not agree as well as their scheme asks
    ├── NotReleasable              what was annotated lacks gold, agreement, licence or consent
    └── NotPushed                  the hub did not take a release

Every message says what, where and why it matters, and ends with the next command to type.
"""

from __future__ import annotations


class QadamError(Exception):
    """A fault with a diagnosis: the message, and the next command."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n  {self.next_step}" if self.next_step else self.message

    def __reduce__(self) -> tuple[type[QadamError], tuple[str, str]]:
        return type(self), (self.message, self.next_step)  # so that it survives the way back from a worker process


class Usage(QadamError):
    """The command was written wrongly."""

    exit_code = 2


class UnknownName(Usage):
    """No problem, dataset, system or scheme of this name."""


class NotAStudy(Usage):
    """The problem has a row but no study yet."""


class CannotGet(QadamError):
    """A file or a system could not be had."""


class Offline(CannotGet):
    """Not in the cache, not in the mirror, and the network is off."""


class Gated(CannotGet):
    """The source asks for a token or for accepted terms."""


class NotFetched(CannotGet):
    """The source answered, but not with the file."""


class ChecksumMismatch(CannotGet):
    """The bytes are not those the study was written for."""


class ExtraMissing(CannotGet):
    """An optional package is not installed."""


class NotAnswered(CannotGet):
    """An endpoint left questions open, or refuses them."""


class BudgetSpent(CannotGet):
    """The next question could cost more than is left of what the user allows."""


class BadData(QadamError):
    """The data cannot be used as they are."""


class NotReadable(BadData):
    """Not UTF-8, or not the promised format."""


class EmptyDataset(BadData):
    """Nothing in it, or nothing in this language."""


class BadAudio(BadData):
    """A clip that is empty, broken, cut short or too long."""


class Misaligned(BadData):
    """Files that should be parallel are not."""


class NotRecorded(BadData):
    """A recorded run holds no answer to what is asked."""


class BadSystem(QadamError):
    """A system that cannot be brought to life from its files."""


class BadTokenizer(BadSystem):
    """A file that is not a tokenizer."""


class BadVectors(BadSystem):
    """A file that holds no word vectors."""


class BadCheckpoint(BadSystem):
    """What was kept of a training is damaged, or of another recipe."""


class NotTrained(BadSystem):
    """The loss is no number any more."""


class OutOfMemory(BadSystem):
    """A batch does not fit into memory."""


class Store(QadamError):
    """The records on disk could not be written or read."""


class StoreNotWritable(Store):
    """The disk is full or read-only."""


class StoreBusy(Store):
    """Another run works on the same records."""


class RecordDamaged(Store):
    """A stored record does not match its own checksum."""


class RecordNewer(Store):
    """A stored record is of a layout that only a newer Qadam knows."""


class WorkerLost(QadamError):
    """A worker process was killed while it worked."""


class NothingToJudge(QadamError):
    """There are no stored records for this protocol."""


class NotMeasured(QadamError):
    """A system asked for by name could not be measured."""


class AgreementTooLow(QadamError):
    """Annotators do not agree as well as their scheme asks."""


class NotReleasable(QadamError):
    """What was annotated cannot be released yet: gold, agreement, licence or consent is missing."""


class NotPushed(QadamError):
    """The hub did not take a release, or was not asked for want of a token."""


def did_you_mean(name: str, known: list[str], *, kind: str, list_command: str) -> UnknownName:
    """The error for a name that does not exist, with the closest names and the command that lists all of them."""
    import difflib

    close = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    close += [k for k in known if name.lower() in k and k not in close][: 3 - len(close)]
    hint = f"Did you mean {', '.join(repr(c) for c in close)}? " if close else ""
    return UnknownName(f"UnknownName: no {kind} named {name!r}.", f"{hint}See all: {list_command}")
