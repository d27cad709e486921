"""What can go wrong while serving, and who must act.

JudianError (indexer.errors)
└── ServiceError
    ├── BadQuestion       the question cannot be taken as it is; whoever asks must change it
    ├── SettingsError     a JUDIAN_* variable is unknown or impossible; whoever set it must correct it
    ├── UnknownReport     no report has that id in the published snapshot; whoever asks must list the reports
    ├── NoOriginal        the file of a report is not kept; whoever runs the service may index with --keep-originals
    ├── UnknownCitation   that is no citation id; whoever asks must take one from an answer
    ├── UnknownAnswer     no answer of that id is kept; whoever asks must ask the question again
    ├── UnknownModel      there is no model of that name; whoever asks must take one from `/v1/models`
    ├── NotInstalled      an extra is asked for that is not installed; whoever runs the service must install it
    ├── ForeignPage       a web page of others asks that may not; whoever runs the service may list it
    ├── NotReady          no snapshot is loaded; whoever runs the service must index and restart
    ├── Overloaded        too many questions wait already; whoever asks must come back later
    ├── TookTooLong       the answer was given up; whoever asks may try again, whoever runs the service finds out why
    ├── KeyFileError      the file of API keys cannot be used; whoever runs the service must repair it
    ├── ChannelError      a channel cannot be made or found, or their file read; whoever runs the service must mend it
    ├── UnknownChannel    there is no channel of that id; whoever asks must take one from `judian channels list`
    └── KeptError         the file of kept answers fails; whoever runs the service must make room or repair it

Beside them service.llm.types has ModelError, the language model's: nobody who asks sees it, but an extractive answer.
"""

from __future__ import annotations

from indexer.errors import JudianError


class ServiceError(JudianError):
    """Root of the errors of the service."""


class BadQuestion(ServiceError):
    """The question is empty, too long, or asks for what this service does not do; whoever asks must change it."""


class SettingsError(ServiceError):
    """A `JUDIAN_*` variable is unknown or has an impossible value; whoever set it must correct it."""


class UnknownReport(ServiceError):
    """The published snapshot holds no such report; whoever asks must take an id from `/v1/reports`."""


class NoOriginal(ServiceError):
    """The file that a report was read from is not kept; whoever runs the service may index with --keep-originals."""


class UnknownCitation(ServiceError):
    """The text is no citation id; whoever asks must take it from a citation of an answer."""


class UnknownAnswer(ServiceError):
    """No answer of that id is kept, or any; whoever asks must ask the question again."""


class UnknownModel(ServiceError):
    """The service answers under no such name; whoever asks must take one from `/v1/models`."""


class NotInstalled(ServiceError):
    """What is asked for is an extra that is not installed; whoever runs the service must install it."""


class ForeignPage(ServiceError):
    """A web page of another origin asks; whoever runs the service may list it in `JUDIAN_CORS_ORIGINS`."""


class NotReady(ServiceError):
    """No snapshot is loaded; whoever runs the service must run `judian index` and start it again."""


class Overloaded(ServiceError):
    """As many questions wait as may; whoever asks must come back after the seconds of ``Retry-After``."""


class TookTooLong(ServiceError):
    """The answer took longer than `JUDIAN_TIMEOUT_S`; whoever asks may try again."""


class KeyFileError(ServiceError):
    """The file of API keys is damaged, or holds no such key; whoever runs the service must correct it."""


class KeptError(ServiceError):
    """The file that `JUDIAN_ANSWERS` names cannot be read or written; whoever runs the service must see to it."""


class ChannelError(ServiceError):
    """A channel cannot be made or found, or the file of channels read; whoever runs the service must correct it."""


class UnknownChannel(ServiceError):
    """There is no channel of that id; whoever asks must take one from `judian channels list`."""
