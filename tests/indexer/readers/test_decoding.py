"""Bytes become text by what they hold; what is no text is refused with the class of error that says who must act."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.errors import BinaryFile, EmptyFile, ReadError, UndecodableText, UnsupportedFormat
from indexer.readers.decoding import MAGIC, Decoded, decode

SIMPLIFIED = "关于2022年度法治政府建设情况的报告\n全年办理行政复议案件2270件，比上年增长91.4%。"
TRADITIONAL = "關於行政訴願業務的報告，全年受理案件二千二百七十件，較上年增加百分之九點四。"
FOUR_BYTES = "泥㙍村村民𠅤永福提出的建议，被原文写入湖泊保护办法。"  # 㙍 and 𠅤 take four bytes in GB18030


@pytest.mark.parametrize(
    ("text", "raw", "encoding"),
    [
        (SIMPLIFIED, SIMPLIFIED.encode("utf-8"), "utf-8"),
        (SIMPLIFIED, codecs.BOM_UTF8 + SIMPLIFIED.encode("utf-8"), "utf-8-sig"),
        (SIMPLIFIED, codecs.BOM_UTF16_LE + SIMPLIFIED.encode("utf-16-le"), "utf-16-le"),
        (SIMPLIFIED, codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
        (SIMPLIFIED, SIMPLIFIED.encode("utf-16-le"), "utf-16-le"),
        (SIMPLIFIED, SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
        (SIMPLIFIED, SIMPLIFIED.encode("gbk"), "gb18030"),
        (SIMPLIFIED, SIMPLIFIED.encode("gb2312"), "gb18030"),
        (FOUR_BYTES, FOUR_BYTES.encode("gb18030"), "gb18030"),
        (FOUR_BYTES, FOUR_BYTES.encode("utf-8"), "utf-8"),
        (FOUR_BYTES, FOUR_BYTES.encode("utf-16-le"), "utf-16-le"),
        (TRADITIONAL, TRADITIONAL.encode("big5"), "big5hkscs"),
        (TRADITIONAL, TRADITIONAL.encode("gbk"), "gb18030"),
        (TRADITIONAL, TRADITIONAL.encode("utf-16-be"), "utf-16-be"),
        ("Annual report of 2022, in English.", b"Annual report of 2022, in English.", "utf-8"),
        ("Annual report", "Annual report".encode("utf-16-le"), "utf-16-le"),
        ("政府工作报告", "政府工作报告".encode(), "utf-8"),
        ("政府工作报告", "政府工作报告".encode("gbk"), "gb18030"),
        ("行政复议", "行政复议".encode("gbk"), "gb18030"),
        ("一、\r\n二、\r三、\n", "一、\r\n二、\r三、\n".encode("gbk"), "gb18030"),
        ("末尾是旧编辑器的结束符\x1a", "末尾是旧编辑器的结束符\x1a".encode("gbk"), "gb18030"),
    ],
)
def test_text_in_every_encoding_is_found_by_its_content(text: str, raw: bytes, encoding: str) -> None:
    decoded = decode(raw)
    assert decoded.text == text
    assert decoded.encoding == encoding


def _texts(shared: Path, name: str) -> list[str]:
    lines = (shared / "qa" / name / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:200]]


# The codec `gb2312` is left out: Python's tables of it and of GB18030 differ in · and —.
@pytest.mark.parametrize(
    ("corpus", "encodings"),
    [
        ("drcd_dev", ("big5", "big5hkscs", "gb18030", "utf-8", "utf-16-le", "utf-16-be")),
        ("cmrc2018_dev", ("gbk", "gb18030", "utf-8", "utf-16-le", "utf-16-be")),
    ],
)
@pytest.mark.parametrize("max_chars", [20, 60, None])
def test_real_passages_long_and_short(
    shared: Path, corpus: str, encodings: tuple[str, ...], max_chars: int | None
) -> None:
    wrong = []
    if max_chars == 20:  # unmarked UTF-16 is told by its characters alone: one line of them is too few
        encodings = tuple(encoding for encoding in encodings if not encoding.startswith("utf-16"))
    for text in (passage[:max_chars].strip() for passage in _texts(shared, corpus)):
        for encoding in encodings:
            if text.encode(encoding, "ignore").decode(encoding) == text and decode(text.encode(encoding)).text != text:
                wrong.append((encoding, text))
    assert wrong == []


def test_the_state_council_in_its_own_bytes(shared: Path) -> None:
    for path in sorted((shared / "reports" / "gbk").glob("*.txt")):
        decoded = decode(path.read_bytes())
        assert decoded.encoding == "gb18030"
        assert "各位代表" in decoded.text
        assert decoded.text.encode("gb18030") == path.read_bytes()


def test_the_sample_in_gb18030(samples: Path) -> None:
    raw = next(samples.glob("云岭省*")).read_bytes()
    decoded = decode(raw)
    assert (decoded.encoding, decoded.text) == ("gb18030", raw.decode("gb18030"))
    assert "泥㙍村村民𠅤永福" in decoded.text


@pytest.mark.parametrize(
    ("raw", "error", "advice"),
    [
        (b"", EmptyFile, "remove it"),
        (b" \t\r\n\n", EmptyFile, "remove it"),
        (codecs.BOM_UTF8, EmptyFile, "remove it"),
        (codecs.BOM_UTF8 + b" \n", EmptyFile, "remove it"),
        (codecs.BOM_UTF16_LE + " \n".encode("utf-16-le"), EmptyFile, "remove it"),
        ("　　\n　".encode(), EmptyFile, "remove it"),
        ("　　\n　".encode("gbk"), EmptyFile, "remove it"),
        (b"\x00" * 4096, EmptyFile, "remove it"),
        (bytes(range(256)) * 16, BinaryFile, "convert"),
        (b"\x7fELF\x02\x01\x01" + bytes(57) + bytes(range(256)) * 4, BinaryFile, "convert"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08plain text", BinaryFile, "convert"),
        (b"\x80\x81\xff" * 40, UndecodableText, "re-save it as UTF-8"),
        (codecs.BOM_UTF8 + "行政复议".encode()[:-1], UndecodableText, "re-save it as UTF-8"),
        (codecs.BOM_UTF8 + "行政复议".encode("gbk"), UndecodableText, "re-save it as UTF-8"),
        (codecs.BOM_UTF16_LE + "行政复议".encode("utf-16-le")[:-1], UndecodableText, "re-save it as UTF-8"),
        (SIMPLIFIED.encode("gbk") + b"\xff\xff", UndecodableText, "re-save it as UTF-8"),
        (b"%PDF-1.7\n1 0 obj", UnsupportedFormat, "save it as plain text"),
        (b"PK\x03\x04\x14\x00\x06\x00", UnsupportedFormat, "save it as plain text"),
        (b"\x89PNG\r\n\x1a\n", UnsupportedFormat, "save it as plain text"),
    ],
)
def test_what_is_no_text_says_what_to_do(raw: bytes, error: type[ReadError], advice: str) -> None:
    with pytest.raises(error, match=advice) as caught:
        decode(raw)
    assert type(caught.value) is error


@pytest.mark.parametrize(("magic", "name"), MAGIC)
def test_a_known_binary_format_is_named(magic: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        decode(magic + b"\x00\x01rest of the file")
    assert name in str(caught.value)


@pytest.mark.parametrize("kind", ["pdf/*.pdf", "docx/*.docx", "scan/*.pdf"])
def test_real_files_of_other_formats_are_named(shared: Path, kind: str) -> None:
    paths = sorted((shared / "reports").glob(kind))
    assert paths
    for path in paths:
        with pytest.raises(UnsupportedFormat, match=r"PDF|ZIP"):
            decode(path.read_bytes())


JAPANESE = (
    "令和五年度の地方財政の状況について報告する。歳入総額は前年度に比べ三パーセント増加し、地方税収入は過去最高となった。"
    "少子高齢化が進む中で、社会保障関係費の増加が続いており、持続可能な財政運営が求められている。"
)
KOREAN = "정부는 행정 서비스의 편의성을 높이기 위하여 전자정부 사업을 추진하고 있으며 국민의 만족도가 크게 향상되었다."


@pytest.mark.parametrize(
    "raw",
    [JAPANESE.encode("shift_jis"), JAPANESE.encode("euc_jp"), KOREAN.encode("euc_kr"), KOREAN.encode("cp949")],
    ids=["Shift-JIS", "EUC-JP", "EUC-KR", "CP949"],
)
def test_text_in_an_encoding_of_another_language_is_refused(raw: bytes) -> None:
    with pytest.raises(UndecodableText, match="re-save it as UTF-8"):
        decode(raw)
    with pytest.raises(UndecodableText, match="re-save it as UTF-8"):
        decode(b"Report 2023\r\n" + raw * 40)


def test_high_bytes_at_random_are_refused() -> None:
    random = Random(7)
    for _ in range(200):
        raw = bytes(random.randrange(0xB0, 0xF7) if n % 2 == 0 else random.randrange(0xA1, 0xFE) for n in range(400))
        with pytest.raises(UndecodableText):
            decode(raw)


def test_a_lone_euro_sign_of_code_page_936() -> None:
    raw = SIMPLIFIED.encode("gbk") + b"\n\x80 1200\n" + SIMPLIFIED.encode("gbk")
    assert decode(raw) == Decoded(f"{SIMPLIFIED}\n€ 1200\n{SIMPLIFIED}", "cp936")
    with pytest.raises(UndecodableText):
        decode(SIMPLIFIED.encode("gbk") + b"\x80" * 20)


def test_text_that_was_cut_inside_a_character_is_not_guessed() -> None:
    raw = (SIMPLIFIED * 20).encode("utf-8")
    for missing in (1, 2):  # three bytes a character
        with pytest.raises(UndecodableText, match="cut off"):
            decode(raw[:-missing])


@given(st.binary(max_size=400))
@example(codecs.BOM_UTF16_LE)
@example(b"\xff\xfe\x00\x00A\x00\x00\x00")  # UTF-32
@example(b"\x00\xd8A\x00")  # half of a surrogate pair
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        decoded = decode(raw)
    except ReadError:
        return
    assert decoded.text.strip()
    if decoded.encoding == "cp936":  # 0x80 is €, for which GB18030 has another code
        assert raw.count(b"\x80") >= decoded.text.count("€") > 0
        return
    assert raw.endswith(decoded.text.encode(decoded.encoding.removesuffix("-sig")))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip))
def test_utf_8_is_never_taken_for_something_else(text: str) -> None:
    if text.startswith("\ufeff") or any(text.encode().startswith(magic) for magic, _ in MAGIC):
        return
    assert decode(text.encode("utf-8")).text == text
