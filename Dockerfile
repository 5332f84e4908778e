# The clinic as one image; docker-compose.yml runs it as web, worker and beat.
# Not built on the machines this project is developed on (no container engine there): the steps are
# those of `make`, which are, and tests/building/test_compose.py holds the two files to each other.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /src/
RUN /opt/venv/bin/pip install --require-hashes -r /src/requirements.txt
COPY . /src
WORKDIR /src
# Worthless values, in this layer only: settings refuse to load as production without them.
RUN POEMS_ENV=production DATA_DIR=/tmp/data STATIC_ROOT=/src/staticfiles ALLOWED_HOSTS=localhost \
    SECRET_KEY=only-for-collecting-static-files-while-building LINK_KEY=another-only-for-collecting-static-files-while-building \
    DATABASE_URL=postgres://nobody:nothing@localhost/none CELERY_BROKER_URL=redis://localhost/0 \
    /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 clinic \
    && useradd --uid 10001 --gid clinic --no-create-home --home-dir /app --shell /usr/sbin/nologin clinic \
    && install -d -o clinic -g clinic /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /src /app
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data STATIC_ROOT=/app/staticfiles
WORKDIR /app
USER clinic
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "scripts/healthy.py"]
# Sync workers, one a core (docs/adr/0007); no access log, since a letter's links are secrets.
CMD ["gunicorn", "poems_clinic.wsgi", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
