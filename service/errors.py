"""What can go wrong while serving, and who must act.

JudianError (indexer.errors)
└── ServiceError
    ├── BadQuestion       the question cannot be taken as it is; whoever asks must change it
    ├── SettingsError     a JUDIAN_* variable is unknown or impossible; whoever set it must correct it
    ├── UnknownReport     no report has that id in the published snapshot; whoever asks must list the reports
    └── NotReady          no snapshot is loaded; whoever runs the service must index and restart
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


class NotReady(ServiceError):
    """No snapshot is loaded; whoever runs the service must run `judian index` and start it again."""
