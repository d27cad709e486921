"""``python -m service`` is ``judian``."""

from service.cli import main

main()
