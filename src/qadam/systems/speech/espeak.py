"""Says texts with the library of espeak-ng, in a process of its own: lines of JSON come in, samples go out.

A process of its own for three reasons: the library remembers where its noise stands, so that a fresh one says the same texts
in the same way; it may crash without taking a run along; and it is under the GPL, which the rest of Qadam is not.
Run as a program by `speaker`, with the address of the library and of its data, "" for those of the system.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from pathlib import Path

SYNCHRONOUS, UTF8, PACE, PITCH = 2, 1, 1, 3  # numbers of speak_lib.h


def main(library: str, data: str) -> None:
    """Say every line of standard input: `{"text", "voice", "pace", "pitch"}`; write its length and its samples (int16).

    First go the rate (samples a second) and the length of the version's name, then that name. A voice that the library lacks is said
    with length -1.
    """
    espeak = ctypes.CDLL(library)
    espeak.espeak_Info.restype = ctypes.c_char_p
    heard: list[bytes] = []

    def hear(samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if samples and count > 0:
            heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, data.encode() or None, 0)
    ear = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(hear)
    espeak.espeak_SetSynthCallback(ear)
    home = ctypes.c_char_p()
    version = espeak.espeak_Info(ctypes.byref(home))
    variants = Path((home.value or b"").decode()) / "voices" / "!v"
    out = sys.stdout.buffer
    out.write(struct.pack("<ii", rate, len(version)) + version)
    for line in sys.stdin.buffer:
        wish = json.loads(line)
        variant = wish["voice"].partition("+")[2]  # the library takes any name and speaks as usual if it knows none
        unknown = variant and not (variants / variant).is_file()
        if unknown or espeak.espeak_SetVoiceByName(wish["voice"].encode()):
            out.write(struct.pack("<i", -1))
            continue
        espeak.espeak_SetParameter(PACE, wish["pace"], 0)
        espeak.espeak_SetParameter(PITCH, wish["pitch"], 0)
        text = wish["text"].encode() + b"\0"
        heard.clear()
        espeak.espeak_Synth(text, len(text), 0, 0, 0, UTF8, None, None)
        sound = b"".join(heard)
        out.write(struct.pack("<i", len(sound)) + sound)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
