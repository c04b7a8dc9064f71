"""PostgreSQL: French full text without accents (governance/search.py), and its index of organisations.

`unaccent` is a trusted extension: the owner of the database may create it. SQLite needs nothing.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from governance.search import vector

CONFIGURATION = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION clsm_french (COPY = french);
ALTER TEXT SEARCH CONFIGURATION clsm_french
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH unaccent, french_stem;
"""
CONFIGURATION_BACK = "DROP TEXT SEARCH CONFIGURATION clsm_french;"
INDEX = GinIndex(vector(("name",)), name="organisation_words")


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CONFIGURATION, params=None)
        schema_editor.add_index(apps.get_model("governance", "Organisation"), INDEX)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("governance", "Organisation"), INDEX)
        schema_editor.execute(CONFIGURATION_BACK, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0008_alert_settings"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
