"""What can go wrong while indexing, and who must act.

JudianError
├── ReadError               a file could not become a report; its owner must fix or convert it
│   ├── EmptyFile
│   ├── BinaryFile
│   ├── UndecodableText
│   ├── UnsupportedFormat
│   ├── DamagedFile
│   ├── EncryptedFile
│   └── OverLimit
├── BadMetadataTable        a table of metadata states what it may not; whoever wrote it must mend the lines named
├── NothingToIndex          no file gave a report; whoever ran the indexer must point it at reports
├── EncoderError            the encoder could not be loaded; whoever configured it must act
│   └── EncoderMismatch     the index was made by another encoder; re-index, or configure that one
└── SnapshotError           the index folder is absent or damaged; re-index
    └── SnapshotDamaged
"""

from __future__ import annotations


class JudianError(Exception):
    """Root of every error that Judian raises on purpose; its message says what to do."""


class ReadError(JudianError):
    """A file could not be read as a report; the rest of the folder still is."""


class EmptyFile(ReadError):
    """The file holds no text; its owner must supply the real one."""


class BinaryFile(ReadError):
    """The bytes are not text in any encoding; its owner must convert it."""


class UndecodableText(ReadError):
    """The bytes look like text but no supported encoding decodes all of them; its owner must re-save it."""


class UnsupportedFormat(ReadError):
    """The format is known but no reader for it exists yet; its owner must save it as text."""


class DamagedFile(ReadError):
    """The format is known, but the file breaks its rules; its owner must save it again, or fetch it again."""


class EncryptedFile(ReadError):
    """The file opens with a password only; its owner must save it without."""


class OverLimit(ReadError):
    """Reading the file would take more memory or time than a report needs; its owner must split or mend it."""


class BadMetadataTable(JudianError):
    """Lines of a table of metadata are wrong; nothing was published, and whoever wrote it must mend them."""


class NothingToIndex(JudianError):
    """No file gave a report; nothing was published and the old snapshot stays."""


class EncoderError(JudianError):
    """The encoder's model could not be loaded; whoever set `JUDIAN_ENCODER` must correct it."""


class EncoderMismatch(EncoderError):
    """The snapshot was made by another encoder; re-index, or configure the encoder it names."""


class SnapshotError(JudianError):
    """There is no usable snapshot in the index folder; run `judian index`."""


class SnapshotDamaged(SnapshotError):
    """A file of the snapshot is missing or its checksum differs; re-index, or restore it from a backup."""
