"""Settings: everything that differs between machines comes from the environment, and is read strictly."""

import logging
import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from config import environment
from config.logs import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    SECRET_KEY = environment.required(os.environ, "SECRET_KEY")
    DEBUG = environment.flag(os.environ.get("DEBUG", "no"), name="DEBUG")
    SECURE = environment.flag(os.environ.get("HTTPS_ONLY", "no"), name="HTTPS_ONLY")
    DATABASE_URL = environment.required(os.environ, "DATABASE_URL")
    DATABASE = environment.database(DATABASE_URL)
    DATABASE_OWNER = environment.database(
        os.environ.get("DATABASE_OWNER_URL") or DATABASE_URL, name="DATABASE_OWNER_URL"
    )
    REDIS_URL = environment.redis_url(environment.required(os.environ, "REDIS_URL"))
    MAIL = environment.email(os.environ.get("EMAIL_URL") or "smtp://127.0.0.1:25")
    # The pulse of the engine; tests of faults quicken it.
    TICK_SECONDS = environment.seconds(os.environ.get("TICK_SECONDS", "20"), name="TICK_SECONDS")
    TAKEOVER_SECONDS = environment.seconds(os.environ.get("TAKEOVER_SECONDS", "60"), name="TAKEOVER_SECONDS")
    # At least four times the slowest send, see EMAIL_TIMEOUT.
    NOTICE_LEASE_SECONDS = environment.seconds(os.environ.get("LEASE_SECONDS", "60"), name="LEASE_SECONDS")
    BASE_URL = environment.address(os.environ.get("BASE_URL") or "http://localhost:8000", name="BASE_URL").rstrip("/")
    # Pinged only while every invariant is green.
    HEARTBEAT_URL = environment.address(os.environ.get("HEARTBEAT_URL", ""), name="HEARTBEAT_URL")
    LOG_LEVEL = environment.level(os.environ.get("LOG_LEVEL") or "INFO")
except ValueError as wrong:
    raise SystemExit(f"Zusage cannot start: {wrong}") from None

ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
MAIL_DIR = os.environ.get("MAIL_DIR", "")  # where the loopback sink of `make run` keeps what it received

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "heroicons",
    "csp",
    "django_structlog",
    "slas",
    "incidents",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.PersonalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.RequestLog",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "slas.templatetags.portal"],
        },
    }
]

# What is due is decided by PostgreSQL's clock; these limits keep one stuck statement from stopping the tick.
LIMITS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"


def _with_limits(entry: dict[str, object], limits: str) -> dict[str, object]:
    options = entry["OPTIONS"]
    assert isinstance(options, dict)
    # So high that nothing is planned for good by itself; slas.queries.prepared asks for it by name.
    options = {**options, "options": limits, "prepare_threshold": 1_000_000_000}
    return {**entry, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


DATABASES = {
    "default": _with_limits(DATABASE, LIMITS),
    # The owner of the tables: `migrate` runs as this role, nothing else does.
    "owner": {**_with_limits(DATABASE_OWNER, "-c timezone=UTC"), "TEST": {"MIRROR": "default"}},
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.redis_database(REDIS_URL, 1),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a FLUSHALL signs nobody out

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "sla"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL.sender
CANARY_TO = os.environ.get("CANARY_TO") or MAIL.sender

AUTH_USER_MODEL = "slas.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "config.accounts.ClosedSignup"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"

LANGUAGE_CODE = "en"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"  # only where nobody is signed in; people and agreements carry their own zone
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None  # images set it and run collectstatic
WHITENOISE_USE_FINDERS = True  # a checkout serves its own files; images run collectstatic
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REDIRECT_EXEMPT = ["^health/"]  # load balancers ask inside the house, without TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SESSION_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["slas.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["slas.api.filters.StrictFilters"],
    "DEFAULT_SCHEMA_CLASS": "slas.api.schema.Described",
    "DEFAULT_PAGINATION_CLASS": "slas.api.pages.Pages",
    "EXCEPTION_HANDLER": "config.api.answer_error",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zusage",
    "DESCRIPTION": "Service level agreements: what was promised, whether it is kept, and what happens when it is not.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Tickets have states of their own.
    "ENUM_NAME_OVERRIDES": {
        "ClockEnum": "slas.models.wordings.Kind",
        "CreditRuleEnum": "slas.models.credits.RuleKind",
        "CreditStateEnum": "incidents.models.certificates.CreditState",
        "MaintenanceStateEnum": "incidents.maintenance.State",
    },
    # Monitors are no people: each source has a secret of its own (docs/api.md).
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "sourceSecret": {"type": "http", "scheme": "bearer"},
            "sourceSignature": {"type": "apiKey", "in": "header", "name": "X-Signature"},
        }
    },
}

LOGGING = logging_of(LOG_LEVEL)
# One line a request, when it is answered: the page and the person are known only then.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
