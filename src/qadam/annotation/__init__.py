"""Makes gold data: people label, their agreement is measured, their differences are settled."""
