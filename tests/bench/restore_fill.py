"""The alerts of `tests.bench.restore`: a process of its own, on their database."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clsm.settings")
django.setup()

from tests.bench.restore import fill  # noqa: E402 - after the settings

fill(int(sys.argv[1]), Path(sys.argv[2]))
