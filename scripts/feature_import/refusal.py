"""How an import ends early, and how it warns."""

import sys


class Refusal(Exception):
    """What is wrong, where, and what to do about it; `status` is 2 for a wrong request, 1 for work that failed."""

    def __init__(self, what, where, advice, status=2):
        # Messages of libraries can have several lines; a refusal has one, and one of advice.
        super().__init__(f"{' '.join(what.split())} ({where})\n  {advice}")
        self.status = status


def warn(text):
    print(f"import_features.py: warning: {text}", file=sys.stderr)
