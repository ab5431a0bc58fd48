"""Every shape in which the same answers can be received, by the name that configs and importers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from diagnostic.codebook.model import Codebook
from diagnostic.trial.answers import Answers
from diagnostic.trial.exports import google_csv, google_sheets, kobo, limesurvey, odk, template

Exporter = Callable[[Codebook, Answers], bytes]

FORMATS: Mapping[str, Exporter] = MappingProxyType(
    {
        "google_csv": google_csv.export,
        "google_sheets": google_sheets.export,
        "kobo": kobo.export,
        "odk": odk.export,
        "limesurvey": limesurvey.export,
        "template": template.export,
    }
)
