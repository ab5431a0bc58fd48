"""The contract of `test_fault_contract` for files that nobody has thought of: sound ones, with a few drawn edits."""

from __future__ import annotations

from pathlib import Path

import doors
import pytest
from drawn import always, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_fault_contract import ENGLISH, MOST_LINES

from diagnostic.codebook import loading
from diagnostic.core.problems import BLOCKING
from diagnostic.study import generations, manifest, signature

# One file of each kind that a parser of its own reads; a text of the team may be absent from the small study.
FILES = (
    f"{doors.RESOURCES}/press.csv",
    f"config/studies/{doors.STUDY}.yaml",
    doors.OUTLINES,
    f"config/studies/{doors.STUDY}/conclusions.md",
    "config/release.yaml",
    "config/config.yaml",
    f"{doors.RESOURCES}/press.csv.meta.yaml",
    f"config/studies/{doors.STUDY}/pistes.md",
    f"{doors.RESOURCES}/annonces.xlsx",
    "config/codebook/variables.csv",
    "config/codebook/options.csv",
)
TEXT = "# Ce que l’on voit\n\nIl y a {fact:ads.total} annonces, **dont** beaucoup.\n\n- une piste\n  - une autre\n"
PIECES = [
    *(b"", b"\n", b"\r", b'"', b"'", b";", b",", b"\t", b" ", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf"),
    *(b"{", b"}", b"[", b"]", b": ", b"- ", b"? ", b"&a ", b"*a ", b"!x ", b"<<: ", b"#", b"| ", b"---\n", b"[" * 3000),
    *(b"{fact:", b"{{ x }}", b"{% x %}", b"<!-- ", b"-->", b"<b>", b"```", b"](", b"$x$", b"\\", b"=1+1", b"@"),
    *(b"0", b"-1", b"1e999", b"nan", b"null", b"true", b"9" * 400, b"12,5", b"2025-02-30"),
    *(text.encode() for text in ("é", "\u202e", "\u00a0", "ﬁ", "\U0001f600", "«")),
]
EDIT = st.tuples(
    st.floats(0, 1),
    st.one_of(st.just(0), st.integers(0, 60)),
    st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)),
)


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for place, less, more in edits:
        at = int(place * len(content))
        content = content[:at] + more + content[at + less :]
    return content


@pytest.mark.parametrize("name", always(1, FILES))
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
@settings(max_examples=cases(20), suppress_health_check=[HealthCheck.too_slow])
def test_whatever_an_edit_makes_of_a_file_is_told_in_french_or_read(
    name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    path = doors.root() / name
    content = edited(path.read_bytes() if path.is_file() else TEXT.encode(), edits)
    verdict = doors.opened(name, content)
    assert not verdict.raised, verdict.raised
    own = set(ENGLISH.findall(content.decode("utf-8", "replace")))  # what is quoted of it
    assert not {word for line in verdict.lines for word in ENGLISH.findall(line[3])} - own
    assert len(verdict.lines) <= MOST_LINES
    blocking = [Path(line[1]).name for line in verdict.lines if line[0] == BLOCKING]
    others = set(loading.FILES) if path.name in loading.FILES else set()  # what names a line that is gone is told there
    assert not blocking or {path.name, *others} & set(blocking)
    assert verdict.seconds < doors.LIMIT_SECONDS and verdict.memory < doors.LIMIT_BYTES


# -- What this project has written itself, and anybody can have changed ------------------------------------------------


MANIFEST = b'{"results/99-2025/report/rapport.html": "sha256:00", "config/config.yaml": "sha256:11"}\n'


@given(edits=st.lists(EDIT, max_size=4))
@settings(max_examples=cases(200))
def test_any_manifest_is_read_or_said_to_be_damaged(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[float, int, bytes]]
) -> None:
    results = tmp_path_factory.getbasetemp() / "manifeste" / "results" / doors.STUDY
    results.mkdir(parents=True, exist_ok=True)
    (results / generations.MANIFEST).write_bytes(edited(MANIFEST, edits))
    assert manifest.verify(results, results.parents[1])
    assert generations.current(results).folder == results


@given(names=st.tuples(*[st.lists(EDIT, max_size=3)] * 3))
@settings(max_examples=cases(200))
def test_any_signature_is_told_by_who_made_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, names: tuple[list[tuple[float, int, bytes]], ...]
) -> None:
    """None of these was made by any key."""
    report = tmp_path_factory.getbasetemp() / "signature" / "report"
    (report / signature.FOLDER).mkdir(parents=True, exist_ok=True)
    sound = {
        signature.LIST: b"0" * 64 + b"  rapport.html\n",
        signature.SIGNERS: f'a@b.fr namespaces="{signature.NAMESPACE}" ssh-ed25519 {"A" * 68}\n'.encode(),
        signature.SIGNATURE: b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
    }
    for (name, content), edits in zip(sound.items(), names, strict=True):
        (report / name).write_bytes(edited(content, edits))
    checked = signature.check(report)
    assert len(checked.found) == 1 and "n’a pas de signature qui vaille" in checked.told
