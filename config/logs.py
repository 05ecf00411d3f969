"""How the portal writes its log: one line an event, keys and values, and never the values of local variables."""

from typing import Any

import structlog

# What structlog's own lines and the lines of libraries have in common.
SHARED: list[Any] = [  # Any: structlog's processors have no common type
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Plain tracebacks: pretty ones print local variables, and with them what people wrote.
    structlog.processors.format_exc_info,
]


def logging_of(level: str) -> dict[str, Any]:  # Any: logging's own configuration
    """Django's LOGGING: everything to the standard error stream of the process."""
    structlog.configure(
        # What nobody reads is not put together either.
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "css_inline": {"level": "WARNING"},
            # The log of requests says the same by the name of the page; addresses hold tokens.
            "django.request": {"handlers": ["nowhere"], "propagate": False},
            "django.security.csrf": {"handlers": ["nowhere"], "propagate": False},
        },
    }
