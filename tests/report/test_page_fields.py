"""The page numbers that Word counts by itself are no numbers of the report."""

from __future__ import annotations

import io
import zipfile

from diagnostic.report.read_back import blocks

FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> {code} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def said(*fields: tuple[str, str]) -> str:
    runs = "".join(FIELD.format(code=code, shown=shown) for code, shown in fields)
    footer = (
        '<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>'
        f"<w:r><w:t>2020</w:t></w:r>{runs}</w:p></w:ftr>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/footer1.xml", footer)
    return "".join(block.text for block in blocks("rapport.docx", content.getvalue())).strip()


def test_the_number_of_the_page_is_left_out_and_other_fields_are_read() -> None:
    assert said(("PAGE", "7"), ("NUMPAGES", "41")) == "2020"
    assert said(("REF tableau", "41")) == "202041"
