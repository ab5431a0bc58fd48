"""The numbers that Word gives pages and PowerPoint slides by itself are no numbers of the report."""

from __future__ import annotations

import io
import zipfile

from diagnostic.review.lint import blocks

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


def test_the_number_of_the_slide_is_left_out_and_what_stands_beside_it_is_read() -> None:
    paragraph = (
        '<p:notes xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p>'
        '<a:fld id="{18BDFEC3-8487-43E8-A154-7C12CBC1FFF2}" type="%s"><a:t>6</a:t></a:fld><a:r><a:t>2020</a:t></a:r>'
        "</a:p></p:notes>"
    )
    for kind, read in (("slidenum", "2020"), ("datetime1", "62020")):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("ppt/notesSlides/notesSlide4.xml", paragraph % kind)
        assert "".join(block.text for block in blocks("restitution.pptx", content.getvalue())).strip() == read
