"""Attack on the editions, written apart from what protects them (reports/disclosure)."""
