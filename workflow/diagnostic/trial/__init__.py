"""Trial data: fictional answers to the questionnaire, and their export in the shape of each collection tool."""
