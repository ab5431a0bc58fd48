"""A place in a row of tokens, from left to right."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic.counts.tokens import NotRead, Token
from diagnostic.counts.words import GROUPS, SEVERAL, Phrases

END = Token("")
_LOOK_AHEAD = 8  # longer than any phrase of the lists


class Cursor:
    """Steps over tokens; raises NotRead where what is expected does not come."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.end = len(tokens)
        self.tokens = [*tokens, *[END] * _LOOK_AHEAD]
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[self.at + ahead]

    def take(self, *texts: str) -> bool:
        """Step over these words if they come next."""
        for token, text in zip(self.tokens[self.at : self.at + len(texts)], texts, strict=True):
            if token.text != text:
                return False
        self.at += len(texts)
        return True

    def choose(self, phrases: Phrases) -> str:
        """Step over the first phrase that comes next: its kind, or ""."""
        return next((kind for phrase, kind in phrases.get(self.peek().text, ()) if self.take(*phrase)), "")

    def expect(self, *texts: str) -> None:
        if not self.take(*texts):
            raise NotRead

    def begins_an_amount(self) -> bool:
        token, then = self.peek(), self.peek(1)
        return (
            token.number is not None
            or token.text in GROUPS
            or token.text in SEVERAL
            or token.text == "demi"
            or (token.text == "des" and then.text in GROUPS)
        )
