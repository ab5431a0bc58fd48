"""Pages of `docs/` and `config/` that are made from the code: a test holds them current."""
