"""Pure numbers in, pure numbers out: one bootstrap for all metrics, and what decisions are made of."""
