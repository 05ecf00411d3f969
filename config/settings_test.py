"""Settings of the tests: the owner's role (tests create and flush databases), quick passwords, else the same."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("DATABASE_URL", "postgresql://zusage@127.0.0.1:5432/zusage")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
os.environ.setdefault("BASE_URL", "http://testserver")

from config.settings import *  # noqa: F403  (the environment above must be set before settings read it)
from config.settings import DATABASES

DATABASES = {"default": {**DATABASES["owner"], "TEST": {}, "CONN_MAX_AGE": 0}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
