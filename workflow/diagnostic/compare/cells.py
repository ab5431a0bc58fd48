"""A number of a study as a comparison prints it: with what keeps it from being exact, in a cell, in a sentence, on a drawing."""

from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.findings.forms import ABOUT, enveloped
from diagnostic.report.printer import NOT_KNOWN, Printer

AT_LEAST, UNSETTLED, UNSAID = "au moins", "non établi", "non dites"


def second_hand(said: Statement) -> bool:
    """Whether a number is as its source prints it: with « environ » where the source has it, and without limits."""
    return said.origin == "published" and not said.printed_interval


def least(said: Statement) -> bool:
    """Whether the number is where its bounds begin, and its printed form does not say so."""
    bounded = said.interval_kind == "bounds" and bool(said.printed_interval) and not enveloped(said)
    return bounded and said.shown_value <= said.shown_low < said.shown_high and str(said.printed)[:1].isdigit()


def unsettled(said: Statement) -> bool:
    """Whether the number is one reading among those that its bounds allow, and no rounding of a known one."""
    bounded = said.interval_kind == "bounds" and bool(said.printed_interval) and not (enveloped(said) or least(said))
    return bounded and bool(said.shown_low < said.claim_low or said.claim_high < said.shown_high)


def drawn(said: Statement) -> str:
    """A number on a drawing: the bounds alone of one that begins where they do, or that they do not settle."""
    return str(said.printed_interval if least(said) or unsettled(said) else said.printed)


def number(printer: Printer, name: str) -> str:
    """A number in a cell: « environ » before one that stands for several, « au moins » before one where its bounds begin; that it
    is not known where they are too wide to say something, nor settled where it is one reading between them."""
    told = printer.cell(name)
    if told == NOT_KNOWN or not told:
        return told
    if unsettled(printer.facts[name]):
        return UNSETTLED
    if second_hand(printer.facts[name]):
        return told
    said = printer.facts[name]
    word = f"{ABOUT} " if said.kind == "value" and enveloped(said) else printer.roughly(name)
    return f"{AT_LEAST} {told}" if least(said) else f"{word}{told}"


def limits(printer: Printer, name: str) -> str:
    """Its limits, or what its rounding leaves open; empty for one that is exact, « non dites » if second-hand."""
    if second_hand(printer.facts[name]) and printer.shown(name):
        return UNSAID
    return printer.interval(name) or (printer.spread(name) if printer.roughly(name) else "")


def cited(printer: Printer, name: str) -> str:
    """The same in a sentence, with its limits: of one where its bounds begin, or that they do not settle, the bounds alone."""
    between, told, said = limits(printer, name), number(printer, name), printer.facts[name]
    if second_hand(said):
        return told
    if between and (least(said) or unsettled(said)) and told != NOT_KNOWN:
        return f"de {between}"
    return f"{told}{f', de {between}' if between else ''}"
