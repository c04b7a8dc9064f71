"""Derogations; drafts under the keys of the vault; on PostgreSQL, row-level security on identities.

The policy lets one alert's identity be read, written or deleted, and only in a transaction that
named this alert in `clsm.opened_alert` (cases/vault.py does). FORCE: the application's role owns
the table. NULLIF: once set in a session, the setting reads '' afterwards, not NULL.
"""

import cases.crypto
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Cast

from cases.crypto import TEXT_KEYS, VAULT_KEYS, keyring

SECOND_WALL = """
ALTER TABLE cases_sealedidentity ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_sealedidentity FORCE ROW LEVEL SECURITY;
CREATE POLICY one_alert ON cases_sealedidentity
  USING (alert_id = NULLIF(current_setting('clsm.opened_alert', true), '')::uuid)
  WITH CHECK (alert_id = NULLIF(current_setting('clsm.opened_alert', true), '')::uuid);
"""
SECOND_WALL_BACK = """
DROP POLICY one_alert ON cases_sealedidentity;
ALTER TABLE cases_sealedidentity NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cases_sealedidentity DISABLE ROW LEVEL SECURITY;
"""


def build_wall(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SECOND_WALL, params=None)


def pull_down_wall(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SECOND_WALL_BACK, params=None)


def drafts_into_vault(apps, schema_editor):
    _reencrypt_drafts(apps, TEXT_KEYS, VAULT_KEYS)


def drafts_out_of_vault(apps, schema_editor):
    _reencrypt_drafts(apps, VAULT_KEYS, TEXT_KEYS)


def _reencrypt_drafts(apps, old, new):
    drafts = apps.get_model("cases", "AlertDraft").objects
    for key, token in drafts.values_list("pk", Cast("answers", models.TextField())):
        content = keyring(new).encrypt(keyring(old).decrypt(token.encode())).decode()
        drafts.filter(pk=key).update(answers=models.Value(content, models.TextField()))


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_retention'),
        ('governance', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='alertdraft',
            name='answers',
            field=cases.crypto.VaultJSONField(default=dict),
        ),
        migrations.CreateModel(
            name='HistoricalDerogation',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('ground', models.CharField(max_length=40, verbose_name='motif légal')),
                ('purpose', cases.crypto.EncryptedTextField(verbose_name='but')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='accordée le')),
                ('ends_at', models.DateTimeField(verbose_name='prend fin le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('alert', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.alert')),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recipient', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.membership', verbose_name='destinataire')),
            ],
            options={
                'verbose_name': 'historical dérogation au secret',
                'verbose_name_plural': 'historical dérogation au secrets',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Derogation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ground', models.CharField(max_length=40, verbose_name='motif légal')),
                ('purpose', cases.crypto.EncryptedTextField(verbose_name='but')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='accordée le')),
                ('ends_at', models.DateTimeField(verbose_name='prend fin le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='derogations', to='cases.alert')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.membership', verbose_name='destinataire')),
            ],
            options={
                'verbose_name': 'dérogation au secret',
                'ordering': ('granted_at', 'id'),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('alert', 'recipient'), name='derogation_running_once', violation_error_message='Une dérogation est déjà en cours pour cette personne.'), models.CheckConstraint(condition=models.Q(('ground__in', ('abuse', 'violence_found_by_health_professional', 'violence_within_couple', 'weapon', 'social_action'))), name='derogation_ground_code', violation_error_message='Ce motif légal ne figure pas dans la liste.'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('granted_at'))), name='derogation_ends_after_its_start')],
            },
        ),
        migrations.RunPython(build_wall, pull_down_wall),
        migrations.RunPython(drafts_into_vault, drafts_out_of_vault),
    ]
