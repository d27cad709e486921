"""``judian``, also as ``python -m service``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it in one line, also while it is being loaded."""
    try:
        from service.commands.cli import main as run

        run()
    except KeyboardInterrupt:
        from service.words import say

        print("judian: " + say("interrupted; what was published before stays"), file=sys.stderr)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
