"""The queue: live tickets by the support time they have left, merged over all calendars."""

from incidents.queries.queue.choices import Choices, choices
from incidents.queries.queue.filters import Filters
from incidents.queries.queue.rows import Clock, Queue, QueueRow, desk_of, page

__all__ = ["Choices", "Clock", "Filters", "Queue", "QueueRow", "choices", "desk_of", "page"]
