"""Settings, from the environment (twelve-factor). Development needs none of it set.

CLSM_ENV=production refuses to start without its secrets and refuses demonstration mode.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from cases import keys
from clsm import logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / "var" / "env"), recurse=False)

PRODUCTION = env.str("CLSM_ENV", "development") == "production"
DEMO_MODE = env.bool("CLSM_DEMO", False)
if PRODUCTION and DEMO_MODE:
    raise ImproperlyConfigured(
        "CLSM_DEMO=1 est interdit en production : la démonstration ouvre une session en un clic."
    )


def secret(name: str, development: str) -> str:
    """A secret of the environment; the given stand-in is for development alone."""
    if not PRODUCTION:
        return env.str(name, development)
    value = env.str(name, "")
    if not value or value == development:
        raise ImproperlyConfigured(f"{name} est obligatoire en production (CLSM_ENV=production).")
    return value


# Who holds the data, said before the first alert: health data of others may be hosted by the
# controller, on its own servers, or by a certified host (CSP L. 1111-8), by nobody else.
HOSTINGS = {
    "controller": "les serveurs du responsable de traitement",
    "hds": "les serveurs d’un hébergeur de données de santé certifié (HDS)",
}
CLSM_HOSTING = env.str("CLSM_HOSTING", "")
CLSM_HOST_NAME = env.str("CLSM_HOST_NAME", "")
if CLSM_HOSTING not in ("", *HOSTINGS) or (PRODUCTION and not CLSM_HOSTING):
    raise ImproperlyConfigured(
        "CLSM_HOSTING dit où sont les données, avant la première alerte : « controller » (vos "
        "propres serveurs, ceux du responsable de traitement) ou « hds » (un hébergeur certifié "
        "pour les données de santé, article L. 1111-8 du code de la santé publique)."
    )
if CLSM_HOSTING == "hds" and not CLSM_HOST_NAME:
    raise ImproperlyConfigured(
        "CLSM_HOST_NAME nomme l’hébergeur certifié (CLSM_HOSTING=hds) : il figure dans les "
        "mentions légales."
    )

DEBUG = env.bool("DEBUG", not PRODUCTION) and not PRODUCTION
SECRET_KEY = secret("SECRET_KEY", "development-only-not-a-secret-development-only-not-a-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS est obligatoire en production.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])


def master_keys(name: str, development: str) -> tuple[str, ...]:
    """Fernet keys, newest first: those of the variable, or of the file that <name>_FILE names.

    Both at once is an error: nobody could tell which of them seals. See docs/keys.md.
    """
    file = env.str(f"{name}_FILE", "")
    if file and env.str(name, ""):
        raise ImproperlyConfigured(f"{name} et {name}_FILE s’excluent : choisissez l’un des deux.")
    found = keys.from_file(name, file) if file else keys.from_text(name, secret(name, development))
    if PRODUCTION and development in found:
        raise ImproperlyConfigured(f"{name} contient la clé publique du développement.")
    return found


CLSM_VAULT_KEYS_FILE = env.str("CLSM_VAULT_KEYS_FILE", "")
CLSM_VAULT_KEYS = master_keys("CLSM_VAULT_KEYS", "ZGV2ZWxvcG1lbnQtb25seS12YXVsdC1rZXktMDAwMDE=")
CLSM_TEXT_KEYS_FILE = env.str("CLSM_TEXT_KEYS_FILE", "")
CLSM_TEXT_KEYS = master_keys("CLSM_TEXT_KEYS", "ZGV2ZWxvcG1lbnQtb25seS10ZXh0cy1rZXktMDAwMDE=")
CLSM_MEMORY_KEYS_FILE = env.str("CLSM_MEMORY_KEYS_FILE", "")
CLSM_MEMORY_KEYS = master_keys("CLSM_MEMORY_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1tZW1vcnkta2V5LTAwMDE=")

# Those of the backups, for `backup` and `restore` alone: a host may save by other means.
CLSM_BACKUP_KEYS_FILE = env.str("CLSM_BACKUP_KEYS_FILE", "")
CLSM_BACKUP_KEYS: tuple[str, ...] = ()
if not PRODUCTION or CLSM_BACKUP_KEYS_FILE or env.str("CLSM_BACKUP_KEYS", ""):
    CLSM_BACKUP_KEYS = master_keys(
        "CLSM_BACKUP_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1iYWNrdXAta2V5LTAwMDE="
    )

# Whoever shows it reads the gauges of /metriques; without it that page does not exist.
CLSM_METRICS_TOKEN = env.str("CLSM_METRICS_TOKEN", "")
if PRODUCTION and 0 < len(CLSM_METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("CLSM_METRICS_TOKEN a au moins 32 caractères, ou n’est pas réglé.")

SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "clsm",
    "clsm.proconnect",
    "reports",
    "cases",
    "governance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "guardian",
    "simple_history",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clsm.middleware.private_pages",
    "csp.middleware.CSPMiddleware",
    "clsm.middleware.sound_requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clsm.middleware.refusals",
    "clsm.middleware.session_limits",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "clsm.middleware.viewer",
    "clsm.middleware.charter_first",
    "clsm.middleware.second_factor_first",
]

ROOT_URLCONF = "clsm.urls"
WSGI_APPLICATION = "clsm.wsgi.application"
FORM_RENDERER = "clsm.forms.FormRenderer"

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
                "clsm.context.page",
            ],
        },
    }
]

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR / 'var' / 'clsm.sqlite3'}",
        conn_max_age=env.int("CONN_MAX_AGE", 60),
        conn_health_checks=True,
    )
}
if PRODUCTION and not env.str("DATABASE_URL", ""):
    raise ImproperlyConfigured("DATABASE_URL est obligatoire en production.")
# Behind a pooler that lends a connection for one transaction only, a cursor of the server would
# be sought on another one. What else needs care there: docs/deploy.md.
if env.bool("DATABASE_POOLED", False):
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# A role that row-level security does not hold, for `manage.py backup` (docs/keys.md).
BACKUP_DATABASE = env.dj_db_url("BACKUP_DATABASE_URL", env.str("DATABASE_URL", "sqlite://"))
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # FULL: an alert that got its receipt survives a power cut (docs/adr/0003).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
    }
else:
    # A database that vanished is known in seconds: who was writing reads so and keeps their text.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,  # seconds
        "tcp_user_timeout": 10_000,  # milliseconds
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "governance.User"
# What keeps the reasons for which a passage stays in a paper of governance (docs/adr/0011).
KEPT_PASSAGES = "cases.services.rereading.note_kept"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: no anonymous account, ever
GUARDIAN_RAISE_403 = False
# CNIL 2022-100 and ASVS 6.2: 15 characters, no common password, no personal one, not all digits,
# none that the council's words, a repetition or a sequence make up.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "governance.passwords.GuessableValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "clsm.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[CLSM] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"

# allauth's own limits stay on, in the cache: 30 sign-ins a minute an address; of those that fail,
# 10 a minute an address and 5 in five minutes an account (codes of the second factor included);
# 20 forgotten passwords a minute an address and 5 an account; 10 re-authentications a minute and 5
# changes of password a minute a person; 10 passkey sign-ins a minute an address.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60

# The second factor: who must have one is said in governance/policies.py.
MFA_ADAPTER = "clsm.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CLSM"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost

# ProConnect (the State's sign-in of professionals), only where its three settings are given.
# The addresses to declare there: SITE_URL/comptes/proconnect/retour/ for the return, and
# SITE_URL/comptes/login/ for the return after a sign-out.
PROCONNECT_CLIENT_ID = env.str("PROCONNECT_CLIENT_ID", "")
PROCONNECT_CLIENT_SECRET = env.str("PROCONNECT_CLIENT_SECRET", "")
PROCONNECT_DISCOVERY_URL = env.str("PROCONNECT_DISCOVERY_URL", "")
_proconnect = (PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET, PROCONNECT_DISCOVERY_URL)
if any(_proconnect) and not all(_proconnect):
    raise ImproperlyConfigured(
        "ProConnect demande PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET et "
        "PROCONNECT_DISCOVERY_URL, tous les trois."
    )
SOCIALACCOUNT_ADAPTER = "clsm.proconnect.adapter.SocialAccountAdapter"
# An address verified here leads to its account, which ProConnect's identifier then opens.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 60  # idle; clsm.middleware.session_limits prolongs it, up to:
SESSION_ABSOLUTE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:  # the prefix makes browsers refuse them from another host, or without HTTPS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
# A message may name a colleague: it waits in the database, not in a cookie of its own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [
    r"^sante$",
    r"^sante/pret$",
    r"^metriques$",
]  # asked from beside, in clear
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else everybody shares one address, and one limit of attempts
# A browser also holds to form-action the redirection that follows a form: here, to ProConnect.
FORM_ACTION = [SELF]
if PROCONNECT_DISCOVERY_URL:
    FORM_ACTION.append("{0.scheme}://{0.netloc}".format(urlsplit(PROCONNECT_DISCOVERY_URL)))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "form-action": FORM_ACTION,
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": PRODUCTION,
    }
}

# Every process must count the same attempts: memory is for development. At Django's 300 entries,
# a flood of sign-ins would push out the counts that limit it.
CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://" if not PRODUCTION else "db://cache")}
CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 100_000, **CACHES["default"].get("OPTIONS", {})}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "clsm.formats"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "images")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Nothing larger is read at all (clsm.middleware.sound_requests): no upload is ever on disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    "governance.smtp.EmailBackend"
    if PRODUCTION
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)  # seconds, for each step of the dialogue
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "CLSM <ne-pas-repondre@clsm.example>")

# Production has a worker (manage.py db_worker); elsewhere a task is done where it is asked for.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if PRODUCTION
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

if not DEBUG:
    LOGGING = logs.configuration(env.str("LOG_LEVEL", "WARNING"))
