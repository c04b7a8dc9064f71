"""The evidence of an answer, and the database's refusal to change or delete one."""

import cases.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from governance import vendor


# Kept writable: what the retention empties (`reason`, `means`, `measure_reference`).
FROZEN = (
    "situation_id, alert_id, axis, state, given_by, collected_on, recorded_by_id, recorded_at, "
    "categories, sheet_version, sheet_digest, review_on"
)
POSTGRESQL = f"""
CREATE FUNCTION cases_consent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'une réponse de la personne ne se modifie pas'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER consentrecord_append_only BEFORE DELETE OR UPDATE OF {FROZEN}
  ON cases_consentrecord FOR EACH ROW EXECUTE FUNCTION cases_consent_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER consentrecord_append_only ON cases_consentrecord;
DROP FUNCTION cases_consent_append_only();
"""
SQLITE = (
    f"""
CREATE TRIGGER consentrecord_no_update BEFORE UPDATE OF {FROZEN} ON cases_consentrecord
BEGIN SELECT RAISE(ABORT, 'une réponse de la personne ne se modifie pas'); END
""",
    """
CREATE TRIGGER consentrecord_no_delete BEFORE DELETE ON cases_consentrecord
BEGIN SELECT RAISE(ABORT, 'une réponse de la personne ne se modifie pas'); END
""",
)
SQLITE_BACK = ("DROP TRIGGER consentrecord_no_update", "DROP TRIGGER consentrecord_no_delete")


def forward(apps, schema_editor):
    vendor.run(schema_editor, (POSTGRESQL,), SQLITE)


def backward(apps, schema_editor):
    vendor.run(schema_editor, (POSTGRESQL_BACK,), SQLITE_BACK)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_initial'),
        ('governance', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalConsentRecord_recipients',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'HistoricalConsentRecord_recipients',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='categories',
            field=cases.fields.CodeListField(blank=True, default=(), verbose_name='informations partagées'),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='measure_reference',
            field=models.CharField(blank=True, max_length=120, verbose_name='référence de la mesure de protection'),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='recipients',
            field=models.ManyToManyField(blank=True, related_name='+', to='governance.membership', verbose_name='destinataires nommés par la personne'),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='review_on',
            field=models.DateField(blank=True, null=True, verbose_name='à revoir le'),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='sheet_digest',
            field=models.CharField(blank=True, max_length=64, verbose_name='empreinte de la feuille'),
        ),
        migrations.AddField(
            model_name='consentrecord',
            name='sheet_version',
            field=models.CharField(blank=True, max_length=20, verbose_name='version de la feuille d’information'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='categories',
            field=cases.fields.CodeListField(blank=True, default=(), verbose_name='informations partagées'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='measure_reference',
            field=models.CharField(blank=True, max_length=120, verbose_name='référence de la mesure de protection'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='review_on',
            field=models.DateField(blank=True, null=True, verbose_name='à revoir le'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='sheet_digest',
            field=models.CharField(blank=True, max_length=64, verbose_name='empreinte de la feuille'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='sheet_version',
            field=models.CharField(blank=True, max_length=20, verbose_name='version de la feuille d’information'),
        ),
        migrations.AddConstraint(
            model_name='consentrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('axis', 'agreement'), ('given_by', 'legal_representative'), _negated=True), models.Q(('measure_reference', ''), _negated=True), _connector='OR'), name='consent_record_representative', violation_error_message='Indiquez la référence de la mesure de protection.'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord_recipients',
            name='consentrecord',
            field=models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.consentrecord'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord_recipients',
            name='history',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='cases.historicalconsentrecord'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord_recipients',
            name='membership',
            field=models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.membership'),
        ),
        migrations.RunPython(forward, backward),
    ]
