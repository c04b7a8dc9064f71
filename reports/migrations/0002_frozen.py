"""The database keeps the editions as they were frozen: only the day of publication moves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from governance import vendor

FROZEN = (
    "council_id, first_year, last_year, edition, number, figures, digest, frozen_at, frozen_by_id"
)
REFUSED = "une édition arrêtée ne se modifie pas"
POSTGRESQL = (
    f"""
CREATE FUNCTION reports_edition_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    f"""
CREATE TRIGGER annualreport_frozen BEFORE DELETE OR UPDATE OF {FROZEN} ON reports_annualreport
  FOR EACH ROW EXECUTE FUNCTION reports_edition_frozen()
""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER annualreport_frozen ON reports_annualreport",
    "DROP FUNCTION reports_edition_frozen()",
)
SQLITE = (
    f"""
CREATE TRIGGER annualreport_no_update BEFORE UPDATE OF {FROZEN} ON reports_annualreport
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
""",
    f"""
CREATE TRIGGER annualreport_no_delete BEFORE DELETE ON reports_annualreport
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
""",
)
SQLITE_BACK = ("DROP TRIGGER annualreport_no_update", "DROP TRIGGER annualreport_no_delete")


def freeze(apps, schema_editor):
    vendor.run(schema_editor, POSTGRESQL, SQLITE)


def thaw(apps, schema_editor):
    vendor.run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="annualreport",
            name="frozen_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(freeze, thaw),
    ]
