"""One file per shape of data, not per data set: a row names its reader, and the reader turns files into items.

Each module has one function, `read(dataset, split, paths) -> list[Item]`; `paths` maps the files of the split to
verified local copies, in the order of the row. Items come in the order of the files, with ids that never change.
"""
