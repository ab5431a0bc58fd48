"""Phase report: facts into charts, cards and pages; computes nothing."""
