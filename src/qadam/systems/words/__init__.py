"""Words are cut, inflected and placed beside each other: tokenizers, segmenters, vectors."""
