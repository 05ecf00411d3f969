"""How far the property tests search: the same examples each run; LAW_EXAMPLES=2000 goes further and elsewhere."""

import os

from hypothesis import settings

WANTED = os.environ.get("LAW_EXAMPLES")

settings.register_profile("laws", deadline=None, derandomize=WANTED is None, max_examples=int(WANTED or 30))
law = settings.get_profile("laws")
