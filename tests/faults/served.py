"""The settings of a server that is to be broken: a worker of its own delivers the mail."""

from clsm.settings import *  # noqa: F403
from clsm.settings import env

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
