"""One settings file for every place the clinic runs; the environment chooses (see env.py).

Defaults are the embedded clinic: SQLite and a folder as message broker, nothing to install.
Production sets POEMS_ENV=production, DATABASE_URL, CELERY_BROKER_URL, SMTP_* and the secrets.
"""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from poems_clinic import env
from poems_clinic.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("POEMS_ENV", Environment, Environment.DEVELOPMENT)
IN_PRODUCTION = ENVIRONMENT is Environment.PRODUCTION
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")

SECRET_KEY = env.secret("SECRET_KEY", ENVIRONMENT)
# Signs links and Message-IDs; apart, so that it can outlive sessions.
LINK_KEY = env.secret("LINK_KEY", ENVIRONMENT)
# Keys before this one: their links are still read, nothing new is signed with them.
LINK_KEY_FALLBACKS = env.secrets("LINK_KEY_FALLBACKS", ENVIRONMENT)
if IN_PRODUCTION and SECRET_KEY in (LINK_KEY, *LINK_KEY_FALLBACKS):
    raise ImproperlyConfigured("LINK_KEY is the same as SECRET_KEY. Make a key of its own.")
DEBUG = env.flag("DEBUG", False)
if IN_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows patient data on error pages. Unset it in production.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if IN_PRODUCTION else env.THIS_MACHINE)
if IN_PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts of this clinic (staff, and the links in mail), not *."
    )
if ENVIRONMENT is Environment.DEVELOPMENT and not set(ALLOWED_HOSTS) <= set(env.THIS_MACHINE):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS names more than this machine, but POEMS_ENV is not set or is development, "
        "whose keys anybody can read in the source. Set POEMS_ENV=production."
    )
# Hosts where the staff's site answers even if a clinic's links lead there too (views/link_host.py).
STAFF_HOSTS = env.words("STAFF_HOSTS", () if IN_PRODUCTION else env.THIS_MACHINE)
# Beginning of the links in email to staff, such as https://clinic.example, without a slash at its end.
STAFF_URL = env.site("STAFF_URL", "" if IN_PRODUCTION else "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = env.sites("CSRF_TRUSTED_ORIGINS")

# The one variable that sets the day for process tests; read by pathways/clock.py alone.
FIXED_DAY = env.day("POEMS_TODAY")
if IN_PRODUCTION and FIXED_DAY:
    raise ImproperlyConfigured("POEMS_TODAY sets a false day. Unset it in production.")

INSTALLED_APPS = [
    "pathways",
    "poems_clinic.admin_apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pathways.views.link_host.permissions_policy",
    "pathways.views.body_limit.body_limit",
    "pathways.views.link_host.LinkHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pathways.views.middleware.ClinicMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "poems_clinic.urls"
WSGI_APPLICATION = "poems_clinic.wsgi.application"
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
                "pathways.views.context.clinic",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR)}
ON_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
            "PRAGMA foreign_keys=ON;PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = env.number("DATABASE_KEEP_SECONDS", 60)
if IN_PRODUCTION and ON_SQLITE:
    raise ImproperlyConfigured("Production needs PostgreSQL. Set DATABASE_URL=postgres://…")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "pathways.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "due-list"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_RESET_ON_SUCCESS = True

SESSION_COOKIE_AGE = env.number("IDLE_MINUTES", 30, least=1) * 60
SESSION_SAVE_EVERY_REQUEST = True  # makes the age an idle time-out
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IN_PRODUCTION
SESSION_COOKIE_NAME = "clinic_session"
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", IN_PRODUCTION)
SECURE_HSTS_SECONDS = 31_536_000 if IN_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IN_PRODUCTION
if env.flag("BEHIND_TLS_PROXY", False):
    AXES_CLIENT_IP_CALLABLE = "poems_clinic.proxy.client_address"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"  # the mailbox and post pages show letters in a frame of our own
# Frames of our own are meant (W019). Preloading binds the whole domain in every browser, which is
# the choice of whoever owns the domain, not of one site on it (W021).
SILENCED_SYSTEM_CHECKS = ["security.W019", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("es", "Español"), ("fr", "Français"), ("ja", "日本語")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if IN_PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not IN_PRODUCTION
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Mail leaves through messaging/smtp.py, which knows how far a conversation got.
SMTP_HOST = env.text("SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.number("SMTP_PORT", 1025, least=1, most=65535)
SMTP_USER = env.text("SMTP_USER", "")
SMTP_PASSWORD = env.text("SMTP_PASSWORD", "")
SMTP_SECURITY = env.word("SMTP_SECURITY", ("none", "starttls", "tls"), "none")
SMTP_TIMEOUT = env.number("SMTP_TIMEOUT", 20, least=1)
if IN_PRODUCTION and SMTP_SECURITY == "none" and (SMTP_USER or not env.is_near(SMTP_HOST)):
    raise ImproperlyConfigured(
        "SMTP_SECURITY=none would send letters and the relay's password readable over the network. "
        "Set starttls or tls. Only a relay on this machine or a neighbouring container, without "
        "SMTP_USER, may go without."
    )
SENDING_ON = env.flag("SENDING_ON", ENVIRONMENT is not Environment.DEVELOPMENT)
# Outside production only these addresses or domains get mail; the rest is withheld. "*" = everyone.
RECIPIENT_ALLOW_LIST = env.recipients(
    "RECIPIENT_ALLOW_LIST", ("*",) if ENVIRONMENT is not Environment.DEVELOPMENT else ()
)
# Of the links in mail.
LINK_SCHEME = env.word("LINK_SCHEME", ("http", "https"), "https" if IN_PRODUCTION else "http")
LEASE_SECONDS = env.number("LEASE_SECONDS", 300, least=1)  # how long a worker may hold a message
UNSURE_SECONDS = env.number("UNSURE_SECONDS", 600, least=1)  # no word for so long
# Messages a claim; docs/performance.md says why.
BATCH_SIZE = env.number("BATCH_SIZE", 100, least=1)
# Connections a sending process keeps open at once, on PostgreSQL; each has one message in doubt at most.
SENDING_LANES = env.number("SENDING_LANES", 4 if IN_PRODUCTION else 1, least=1)
DOMAIN_PER_MINUTE = env.number("DOMAIN_PER_MINUTE", 1200)  # mails to one provider; 0: no limit
CLOCK_GUARD = env.flag("CLOCK_GUARD", True)
# Fault tests: the process kills itself at this point of sending (services/crash.py).
CRASH_POINTS = ("claim", "render", "handover", "afterdata", "aftercommit")
CRASH_AT = env.word("CRASH_AT", CRASH_POINTS, "")
CRASH_ONCE = env.text("CRASH_ONCE", "")  # a file made by the first such death
if IN_PRODUCTION and (CRASH_AT or CRASH_ONCE or not CLOCK_GUARD or LINK_SCHEME != "https"):
    raise ImproperlyConfigured(
        "CRASH_AT, CRASH_ONCE, CLOCK_GUARD=false and LINK_SCHEME=http are for tests. "
        "Unset them in production."
    )
MAILBOX_DIR = Path(env.text("MAILBOX_DIR", str(DATA_DIR / "mailbox")))  # the demo's post box

CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    if IN_PRODUCTION:
        raise ImproperlyConfigured("Production needs Redis. Set CELERY_BROKER_URL=redis://…")
    _queue, _control = DATA_DIR / "queue", DATA_DIR / "queue-control"
    _queue.mkdir(exist_ok=True)
    _control.mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT = "poems_clinic.folder_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_control),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": env.number("BROKER_SOCKET_TIMEOUT", 30, least=1),
        "socket_connect_timeout": 5,
        "health_check_interval": 25,
    }
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ETA_TASK_LIMIT = 1000
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120  # below the lease of 300 s, so no two workers hold one message
# A file of ten megabytes takes minutes; it says how far it is, and one is worked at a time.
CELERY_TASK_ANNOTATIONS = {
    "pathways.tasks.work_imports": {"soft_time_limit": 3540, "time_limit": 3600}
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30 if IN_PRODUCTION else 0
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat.db")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_LEVEL = env.word("LOG_LEVEL", LOG_LEVELS, "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "poems_clinic.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
