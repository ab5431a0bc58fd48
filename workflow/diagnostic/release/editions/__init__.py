"""What was issued before, what a ledger says, and what moves from one edition to the next."""
