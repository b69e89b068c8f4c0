"""Annotators at work in a process of their own: every acknowledged decision is a line on standard output.

python annotators.py FOLDER LIMIT a1 a2 ... labels until each has LIMIT decisions; one thread for each annotator.
"""

import os
import sys
import threading
from pathlib import Path

from qadam.annotation.session import Extras, Session
from qadam.catalogue import tables


def work(session, annotator, limit):
    for _ in range(limit - session.progress(annotator).done):
        task = session.next(annotator)
        if task is None:
            return
        item = task.item["id"]
        extras = Extras(request=f"{annotator}-{item}", seconds=1.0)
        done = session.save(annotator, item, {"label": "neutral"}, extras=extras)
        os.write(1, f"{done.seq} {annotator} {item}\n".encode())  # one write: whole or not at all


if __name__ == "__main__":
    folder, limit, *annotators = sys.argv[1:]
    session = Session.open(tables.scheme("sentiment3"), Path(folder))
    threads = [threading.Thread(target=work, args=(session, who, int(limit))) for who in annotators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
