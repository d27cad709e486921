"""Files that are made to do harm, and files that are broken: each is refused, with what is wrong and what to do."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from indexer.errors import DamagedFile, EmptyFile, EncryptedFile, OverLimit, ReadError, UnsupportedFormat
from indexer.readers import archive, read_source
from indexer.readers.compound import MAGIC
from indexer.readers.docx import read_docx
from tests.indexer.readers.word_files import cell, docx, paragraph, run, table, zipped

GOOD = docx(paragraph("正文在此。"))
PARTS = {name: zipfile.ZipFile(io.BytesIO(GOOD)).read(name) for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist()}
MAIN = "word/document.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "' + b"x" * 50 + b'">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
)  # fmt: skip


def with_main(raw: bytes) -> bytes:
    return zipped(PARTS | {MAIN: raw})


def with_size(raw: bytes, n_bytes: int) -> bytes:
    """The archive where the main part claims to unpack to ``n_bytes``, in both directories."""
    sized = bytearray(raw)
    for signature, at_size, at_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = raw.find(signature)
        while raw[at + at_name : at + at_name + len(MAIN)] != MAIN.encode():
            at = raw.find(signature, at + 1)
        sized[at + at_size : at + at_size + 4] = struct.pack("<I", n_bytes)
    return bytes(sized)


def body(content: bytes) -> bytes:
    return PARTS[MAIN].replace(b"<w:body>", b"<w:body>" + content)


def encrypted_entry() -> bytes:
    raw = bytearray(GOOD)
    for signature, at_flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + at_flags] |= 1
            at = raw.find(signature, at + 1)
    return bytes(raw)


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, raw in [*PARTS.items(), ("w0rd/document.xml", PARTS[MAIN])]:
            made.writestr(name, raw)
    return out.getvalue().replace(b"w0rd/", b"word/")


@pytest.mark.parametrize(
    ("raw", "error", "told"),
    [
        (with_main(ENTITIES + b"]><d>&j;</d>"), DamagedFile, "amplification"),
        (with_main(ENTITIES + b"]>" + body(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>")), DamagedFile, "amplification"),
        (
            with_main(b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body(b"<w:t>&x;</w:t>")),
            DamagedFile,
            "declares entities",
        ),
        (with_main(b" " * (archive.MAX_ENTRY_BYTES + 1)), OverLimit, "the limit is"),
        (with_main(body(b"<w:p/>" * 1_000_000)), OverLimit, "times its size"),
        (with_size(with_main(body(b"<w:p/>" * 1_000_000)), 100), DamagedFile, "cannot be unpacked"),
        (with_size(GOOD, archive.MAX_ENTRY_BYTES + 1), OverLimit, "the limit is"),
        (zipped(PARTS | {"../../etc/cron.d/x": b"x"}), DamagedFile, "leads out of the archive"),
        (zipped(PARTS | {"/etc/cron.d/x": b"x"}), DamagedFile, "leads out of the archive"),
        (zipped(PARTS | {"C:\\x": b"x"}), DamagedFile, "leads out of the archive"),
        (twice(), DamagedFile, "two entries are called"),
        (encrypted_entry(), EncryptedFile, "without a password"),
        (GOOD[: len(GOOD) // 2], DamagedFile, "cut off or damaged"),
        (GOOD[:-10], DamagedFile, "cut off or damaged"),
        (with_main(PARTS[MAIN][:-20]), DamagedFile, "not well-formed"),
        (with_main(b""), DamagedFile, "not well-formed"),
        (with_main(body(b"<w:p>" * 5_000 + b"</w:p>" * 5_000)), DamagedFile, "not well-formed"),
        (
            zipped({name: raw for name, raw in PARTS.items() if name != MAIN} | {"word/x.xml": b""}),
            DamagedFile,
            "lacks",
        ),
        (with_main(body(b"").replace("正文在此。".encode(), b"")), EmptyFile, "no text"),
        (MAGIC + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(9), EncryptedFile, "with its password"),
        (MAGIC + bytes(500) + "WordDocument".encode("utf-16-le") + bytes(9), UnsupportedFormat, r"old Word.*\.docx"),
        (MAGIC + bytes(500) + "Workbook".encode("utf-16-le") + bytes(9), UnsupportedFormat, r"old Excel.*\.xlsx"),
        (MAGIC + bytes(500), UnsupportedFormat, "legacy DOC, XLS or WPS"),
        (zipped({"xl/workbook.bin": b"x", "xl/embeddings/word/document.xml": b""}), UnsupportedFormat, "XLSB"),
        (zipped({"xl/workbook.xml": b"<x/>", "xl/embeddings/word/document.xml": b""}), EmptyFile, "workbook"),
    ],
)
def test_it_is_refused_with_what_to_do(raw: bytes, error: type[ReadError], told: str) -> None:
    started = time.process_time()
    with pytest.raises(error, match=told) as caught:
        read_source(raw, "报告.docx")
    assert type(caught.value) is error
    assert ";" in str(caught.value)
    assert len(str(caught.value)) < 300
    assert time.process_time() - started < 5  # of this process: others may be busy


def test_the_names_in_an_archive_are_counted_before_they_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in [*PARTS, *(f"word/{at}.xml" for at in range(archive.MAX_ENTRIES))]:
            made.writestr(name, PARTS.get(name, b""))
    with pytest.raises(OverLimit, match="names more than"):
        read_docx(out.getvalue())


def test_what_lies_outside_the_file_is_not_fetched() -> None:
    """The network is off in tests: to reach for it would fail. So would a part that is not there."""
    rels = b"".join(
        b'<Relationship Id="%s" TargetMode="External" Target="http://192.0.2.1/%s" Type="http://x/%s"/>'
        % (kind, kind, kind)
        for kind in (b"styles", b"numbering", b"attachedTemplate", b"footnotes", b"image")
    )
    space = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    raw = zipped(PARTS | {"word/_rels/document.xml.rels": b"<Relationships %s>%s</Relationships>" % (space, rels)})
    assert read_docx(raw).text.strip() == "正文在此。"


def test_what_is_repeated_in_a_table_does_not_fill_memory() -> None:
    long = "长" * 100_000
    rows = [[cell(long, down="restart"), "甲", "乙"], *[[cell(down="continue"), "1", "2"]] * 1_000]
    heads = [cell(long, columns=2), "丙"]
    for raw in (docx(table(*rows)), docx(table(heads, *rows[1:], n_heads=1))):
        assert len(read_docx(raw).text) < 200_000


def test_a_cell_of_megabytes_is_read() -> None:
    many = "".join(f"全年办理案件{n}件。" for n in range(200_000))
    raw = docx(table(["项目", "说明"], ["甲", cell(paragraph(run(many)))]))
    assert read_docx(raw).text == f"项目；说明\n项目：甲；说明：{many}\n"
