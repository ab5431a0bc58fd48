"""Facts by territory: who is reported, who answered."""
