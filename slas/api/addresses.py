"""What may stand in an address: what no row can be called is a 404 before anybody asks the database."""

import re

SLUG = r"[-a-zA-Z0-9_]+"
TICKET = r"T-[0-9]+"
KEY = r"[0-9]{1,18}"  # fits the database's own keys

WHOLE_NUMBER = re.compile(KEY)
