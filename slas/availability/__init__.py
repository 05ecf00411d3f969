"""How much of a month a product was up, by what its agreement says counts: exact, and with every stretch explained.

Pure arithmetic on aware datetimes: integer microseconds and fractions, never floating point. Percentages run from 0 to
100. The rules are those of product.md and contracts.md (Availability and credits).
"""

from slas.availability.measuring import measure
from slas.availability.results import Incident, Measurement, Segment
from slas.availability.terms import AvailabilityTerms, Maintenance, Outage
from slas.availability.wholes import Whole

__all__ = ["AvailabilityTerms", "Incident", "Maintenance", "Measurement", "Outage", "Segment", "Whole", "measure"]
