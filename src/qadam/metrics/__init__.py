"""How we count: a metric is `count(prediction, gold)` for one item and `score(sums)` for all of them."""
