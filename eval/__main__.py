"""``python -m eval``: the ``judian-eval`` command."""

from __future__ import annotations

from eval.cli import main

main()
