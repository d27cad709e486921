"""Bytes to text, judged by content: UTF-8 and UTF-16 with and without a mark, GB18030 (GBK, GB2312), Big5.

A wrong encoding usually decodes without an error and gives rare characters, so the candidates that decode are
compared by how common their characters are in Chinese and how little of the text is unprintable. Text of another
language in an encoding of its own (Shift-JIS, EUC-JP, EUC-KR) decodes too, to gibberish: it is refused.
"""

from __future__ import annotations

import codecs
import contextlib
import unicodedata
from dataclasses import dataclass

from indexer.errors import BinaryFile, EmptyFile, UndecodableText, UnsupportedFormat

# The most frequent characters of modern written Chinese, simplified and traditional. In real text they make up
# over a quarter of all Han characters; in text decoded with the wrong table, a few in a hundred.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
    "而方后多定行学法所民得经进着等部度家电力里如水化高自二理起小现实加量都两体制机当使点从业本去把性好应开"
    "它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道"
    "命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特"
    "件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处"
    "這個為時來們說產種後學經進著電裡現實體機當從業應開還與關線數點問題並條沒結軍員設長資邊級圖統組見計別區強"
)

# First bytes of formats that are not text. They are named so that the message can say what to do.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "PPTX, OFD, XLSB or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy DOC, XLS or WPS"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"II*\x00", "TIFF image"),
    (b"MM\x00*", "TIFF image"),
)

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Controls that text files really hold: tab, line feed, vertical tab, form feed, carriage return, next line, and the
# end-of-file mark of old DOS editors.
TEXT_CONTROLS = frozenset("\t\n\v\f\r\x1a\x85")
MAX_CONTROL_SHARE = 0.01
MIN_PLAUSIBILITY = 0.0
# Measured: passages of CMRC and DRCD cut to 40 characters score .125 or more; Shift-JIS, EUC-KR and random bytes
# read as GB18030, Big5 or UTF-16 score .103 or less. Below this length a list of names scores no better than gibberish.
MIN_LEGACY_PLAUSIBILITY, MIN_JUDGED_CHARS = 0.11, 30
MAX_KANA_SHARE = 0.2  # of Japanese about half; the bytes of Chinese in GB2312 read as EUC-JP hold next to none
EURO, MIN_BYTES_PER_EURO = b"\x80", 50  # where it is more frequent, it is no sign of money
SELF_CHECKING = frozenset(("utf-8", "ascii"))


@dataclass(frozen=True)
class Decoded:
    """The text of a file and the encoding it was found to be in. Nothing is normalised."""

    text: str
    encoding: str


def decode(raw: bytes) -> Decoded:
    """Decode a whole file; every byte is accounted for.

    Raises EmptyFile, UnsupportedFormat (a known binary format), BinaryFile, or UndecodableText.
    """
    if not raw.strip(b" \t\r\n\x00" + codecs.BOM_UTF8):
        raise EmptyFile("the file holds no text; put the report's text into it, or remove it")
    for magic, name in MAGIC:
        if raw.startswith(magic):
            raise UnsupportedFormat(f"this is {name}, for which there is no reader; save it as plain text")
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _checked(Decoded(_strict(raw.removeprefix(mark), encoding.removesuffix("-sig")), encoding))
    candidates = [found for encoding in _candidates(raw) if (found := _try(raw, encoding)) and _likely(found)]
    if not candidates:
        if b"\x00" in raw or _binary_share(raw) > 0.1:
            raise BinaryFile("the bytes are not text; convert the file to text")
        raise UndecodableText(
            "not decodable as UTF-8, UTF-16, GB18030 or Big5: the file is damaged, cut off or in another encoding; "
            "re-save it as UTF-8"
        )
    # UTF-8 is self-checking: other encodings hardly ever pass its rules by accident.
    best = candidates[0] if candidates[0].encoding in SELF_CHECKING else max(candidates, key=_plausibility)
    if best.encoding not in SELF_CHECKING and b"\x00" not in raw and not _reads_as_chinese(best, raw):
        raise UndecodableText(
            f"the bytes fit {best.encoding} but do not read as Chinese: the file is in another encoding, such as "
            "Shift-JIS, EUC-JP or EUC-KR, or damaged; re-save it as UTF-8"
        )
    return _checked(best)


def decode_name(name: str) -> str:
    """A file's name as text that can be written: where its bytes are no UTF-8, as GB18030, else with ``\\xNN``.

    Python shows such bytes as lone surrogates; archives made on Chinese Windows unpack to names in GBK.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        with contextlib.suppress(UnicodeError):
            return name.encode("utf-8", "surrogateescape").decode("gb18030")
        return escaped_name(name)
    return name


def escaped_name(name: str) -> str:
    """The name with ``\\xNN`` or ``\\uNNNN`` for what is no text: no two names become one."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return name.encode("utf-8", "backslashreplace").decode()


def _reads_as_chinese(decoded: Decoded, raw: bytes) -> bool:
    if sum(not char.isascii() for char in decoded.text) <= MIN_JUDGED_CHARS:
        return True
    # EUC-JP read as Big5 gives as many common characters as a list of names; in its own table it shows its kana.
    japanese = _try(raw, "euc_jp")
    if japanese:
        sample = [char for char in japanese.text if not char.isascii()]
        if sum("\u3041" <= char <= "\u30fc" for char in sample) > MAX_KANA_SHARE * len(sample):
            return False
    return _plausibility(decoded) >= MIN_LEGACY_PLAUSIBILITY


def _candidates(raw: bytes) -> tuple[str, ...]:
    if b"\x00" in raw:  # only UTF-16 text holds NUL bytes
        return ("utf-16-le", "utf-16-be")
    if len(raw) % 2 == 0 and not raw.isascii():
        return ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
    return ("utf-8", "gb18030", "big5hkscs")


def _try(raw: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError:
        return _with_euros(raw) if encoding == "gb18030" and EURO in raw else None


def _with_euros(raw: bytes) -> Decoded | None:
    """GBK as Windows writes it (code page 936), where the single byte 0x80 is €, which no codec of Python's knows."""
    try:
        text = raw.decode("gb18030", "judian-euro")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "cp936") if text.count("€") <= max(1, len(raw) // MIN_BYTES_PER_EURO) else None


def _euro(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == EURO[0]:
        return "€", error.start + 1
    raise error


codecs.register_error("judian-euro", _euro)


def _likely(decoded: Decoded) -> bool:
    """Nearly any bytes of even number are UTF-16 to the codec: unmarked UTF-16 must also read like a text."""
    return not decoded.encoding.startswith("utf-16") or _plausibility(decoded) > MIN_PLAUSIBILITY


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableText(
            f"marked as {encoding}, but byte {error.start} does not fit: the file is damaged or cut off; "
            "re-save it as UTF-8"
        ) from error


def _plausibility(decoded: Decoded) -> float:
    """Share of common characters among all that is not ASCII, less the share that no text would hold."""
    sample = [char for char in decoded.text[:20_000] if not char.isascii()]
    if not sample:
        return 1.0 - _control_share(decoded.text)
    odd = sum(unicodedata.category(char) in ("Cn", "Co", "Cc", "Cs") for char in sample)
    # Full-width punctuation is frequent in every genuine Chinese text and rare in a wrong decoding.
    common = sum(char in COMMON or "\u3000" <= char <= "\u3002" or char in "，；：！？（）" for char in sample)
    return (common - 2 * odd) / len(sample) - _control_share(decoded.text)


def _control_share(text: str) -> float:
    if not text:
        return 0.0
    return sum(unicodedata.category(c) == "Cc" and c not in TEXT_CONTROLS for c in text) / len(text)


def _binary_share(raw: bytes) -> float:
    return sum(byte < 32 and chr(byte) not in TEXT_CONTROLS for byte in raw) / len(raw)


def _checked(decoded: Decoded) -> Decoded:
    if not decoded.text.strip():
        raise EmptyFile("the file holds only white space; put the report's text into it, or remove it")
    if _control_share(decoded.text) > MAX_CONTROL_SHARE:
        raise BinaryFile("the bytes are not text (too many control characters); convert the file to text")
    return decoded
