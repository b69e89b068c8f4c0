"""What lies in a ZIP archive, up to a size: a small file may promise any number of bytes."""

from __future__ import annotations

import zipfile
import zlib

from qadam.errors import NotReadable

LARGEST = 512 * 2**20  # bytes of one member, unpacked
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
)  # what a broken archive may raise


def member(archive: zipfile.ZipFile, name: str, *, most: int = 0) -> bytes:
    """The bytes of a member, `LARGEST` at most unless told otherwise; more than it declares is never unpacked.

    Raises:
        NotReadable: it declares more.
        KeyError: there is no such member.
        zipfile.BadZipFile: what was unpacked is not what was packed.
    """
    size, most = archive.getinfo(name).file_size, most or LARGEST
    if size > most:
        raise NotReadable(
            f"NotReadable: {name} in {archive.filename or 'the archive'} unpacks to {size:,} bytes; {most:,} are read.",
            "Unpack it yourself if you trust it, and give the file.",
        )
    return archive.read(name)
