"""What can go wrong in an evaluation::

JudianError
└─ EvaluationError     the evaluator must act: the message says what is wrong and what to do
   ├─ GoldError        a gold file, or a file to convert into one, is not what it should be
   ├─ RunError         a run is missing, damaged, of another gold set, or not comparable
   └─ SystemFailed     the system under test gave no answer to a question; kept with the question, not raised further
"""

from __future__ import annotations

from indexer.errors import JudianError


class EvaluationError(JudianError):
    """Something is wrong with what is evaluated, or with what it is evaluated on."""


class GoldError(EvaluationError):
    """A gold file, or a file to convert into one, is not what it should be."""


class RunError(EvaluationError):
    """A run is missing, damaged, of another gold set, or not comparable."""


class SystemFailed(EvaluationError):
    """The system under test gave no answer to a question."""
