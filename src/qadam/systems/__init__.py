"""Anything that answers: one adapter per kind; heavy imports live here and nowhere else."""
