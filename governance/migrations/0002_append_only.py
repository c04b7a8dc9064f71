"""The database itself refuses to change the journal of accesses, or to delete a line of the year.

QuerySet.update(), raw SQL and a stolen password of the application meet the same refusal. A line
older than twelve months may be deleted (CNIL 2021-122).
"""

from django.db import migrations

from governance import vendor

POSTGRESQL = """
CREATE FUNCTION governance_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '12 months' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'le journal des accès ne se modifie pas'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER accessrecord_append_only BEFORE UPDATE OR DELETE ON governance_accessrecord
  FOR EACH ROW EXECUTE FUNCTION governance_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER accessrecord_append_only ON governance_accessrecord;
DROP FUNCTION governance_append_only();
"""
SQLITE = (
    """
CREATE TRIGGER accessrecord_no_update BEFORE UPDATE ON governance_accessrecord
BEGIN SELECT RAISE(ABORT, 'le journal des accès ne se modifie pas'); END
""",
    """
CREATE TRIGGER accessrecord_no_delete BEFORE DELETE ON governance_accessrecord
WHEN OLD.at >= datetime('now', '-12 months')
BEGIN SELECT RAISE(ABORT, 'le journal des accès ne se modifie pas'); END
""",
)
SQLITE_BACK = ("DROP TRIGGER accessrecord_no_update", "DROP TRIGGER accessrecord_no_delete")


def forward(apps, schema_editor):
    vendor.run(schema_editor, (POSTGRESQL,), SQLITE)


def backward(apps, schema_editor):
    vendor.run(schema_editor, (POSTGRESQL_BACK,), SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
