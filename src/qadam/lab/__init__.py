"""Carries a study out: plan, run, judge."""
