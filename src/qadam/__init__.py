"""Qadam (қадам, "step"): the workbench on which the open problems of Kazakh NLP get worked."""

__version__ = "0.1.0"
