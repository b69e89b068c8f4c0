"""Makes data out of data: each module turns the items of one shape into items of another.

A module has `make(items, split)`, which gives the items of a split, and `revision()`, which changes with whatever the result
depends on besides the items. A row of datasets.toml names its makers in the order of work (`options.makers`).
"""
