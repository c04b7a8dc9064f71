"""Fingerprints and what they bring together; the time spent. On PostgreSQL, row-level security.

Fingerprints are seen and written with the alert that cases/vault.py opened; sought by their digest,
they are seen only (cases/memory.py). FORCE: the application's role owns the table.
"""

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

SECOND_WALL = """
ALTER TABLE cases_fingerprint ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_fingerprint FORCE ROW LEVEL SECURITY;
CREATE POLICY one_alert ON cases_fingerprint
  USING (alert_id = NULLIF(current_setting('clsm.opened_alert', true), '')::uuid)
  WITH CHECK (alert_id = NULLIF(current_setting('clsm.opened_alert', true), '')::uuid);
CREATE POLICY sought ON cases_fingerprint FOR SELECT
  USING (digest = ANY (string_to_array(current_setting('clsm.sought_digests', true), ',')));
"""
SECOND_WALL_BACK = """
DROP POLICY sought ON cases_fingerprint;
DROP POLICY one_alert ON cases_fingerprint;
ALTER TABLE cases_fingerprint NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cases_fingerprint DISABLE ROW LEVEL SECURITY;
"""


def build_wall(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SECOND_WALL, params=None)


def pull_down_wall(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SECOND_WALL_BACK, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_accounts_and_contacts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalRecurrence',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(max_length=10, verbose_name='trait')),
                ('set_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='écarté le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('alert', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.alert')),
                ('earlier', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.alert')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_aside_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical rapprochement',
                'verbose_name_plural': 'historical rapprochements',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTimeSpent',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('kind', models.CharField(max_length=40, verbose_name='nature du travail')),
                ('done_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='le')),
                ('noted_at', models.DateTimeField(blank=True, editable=False, verbose_name='noté le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.situation')),
            ],
            options={
                'verbose_name': 'historical temps passé',
                'verbose_name_plural': 'historical temps passés',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Fingerprint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10, verbose_name='trait')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='empreinte')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.alert')),
            ],
            options={
                'verbose_name': 'empreinte',
                'default_permissions': (),
                'indexes': [models.Index(fields=['digest'], name='fingerprint_digest')],
                'constraints': [models.UniqueConstraint(fields=('alert', 'digest'), name='fingerprint_once')],
            },
        ),
        migrations.CreateModel(
            name='Recurrence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10, verbose_name='trait')),
                ('set_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='écarté le')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recurrences', to='cases.alert')),
                ('earlier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.alert')),
                ('set_aside_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rapprochement',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('alert', 'earlier'), name='recurrence_once')],
            },
        ),
        migrations.CreateModel(
            name='TimeSpent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('kind', models.CharField(max_length=40, verbose_name='nature du travail')),
                ('done_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='le')),
                ('noted_at', models.DateTimeField(auto_now_add=True, verbose_name='noté le')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_spent', to='cases.situation')),
            ],
            options={
                'verbose_name': 'temps passé',
                'ordering': ('-done_on', '-noted_at'),
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('phone', 'meeting', 'writing', 'travel', 'other'))), name='time_spent_kind_code', violation_error_message='Cette réponse ne figure pas dans la liste.'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 600)), name='time_spent_minutes', violation_error_message='De 1 à 600 minutes.')],
            },
        ),
        migrations.RunPython(build_wall, pull_down_wall),
    ]
