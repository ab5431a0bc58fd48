"""Integer audit of a study's published figures: which counts stand behind them, and which contradict each other."""
