"""Working time: which instants count, how much has been used, and when an allowance runs out.

Pure arithmetic on aware datetimes. Instants are UTC, calendars live in an IANA zone, every span is half-open.
"""

from slas.clock.hours import ServiceHours
from slas.clock.opening import BadHours
from slas.clock.spans import Line, NeverOpen, Span, in_utc

__all__ = ["BadHours", "Line", "NeverOpen", "ServiceHours", "Span", "in_utc"]
