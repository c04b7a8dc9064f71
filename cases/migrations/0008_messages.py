"""The exchange between the coordination and a partner; notes on alerts; days of the answers.

The database refuses to change who wrote to whom and when; the text alone may be re-encrypted.
"""

import cases.crypto
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


FROZEN = "alert_id, participation_id, kind, author_id, from_coordination, sent_at"
POSTGRESQL = f"""
CREATE FUNCTION cases_message_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'un message envoyé ne se modifie pas'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER message_append_only BEFORE UPDATE OF {FROZEN}
  ON cases_message FOR EACH ROW EXECUTE FUNCTION cases_message_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER message_append_only ON cases_message;
DROP FUNCTION cases_message_append_only();
"""
SQLITE = f"""
CREATE TRIGGER message_append_only BEFORE UPDATE OF {FROZEN} ON cases_message
BEGIN SELECT RAISE(ABORT, 'un message envoyé ne se modifie pas'); END
"""
SQLITE_BACK = "DROP TRIGGER message_append_only"


def freeze(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if on_postgresql else SQLITE, params=None)


def thaw(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL_BACK if on_postgresql else SQLITE_BACK, params=None)


def carry_over(apps, schema_editor):
    """The questions and answers there were, as messages; the dates that they tell."""
    messages = apps.get_model("cases", "Message").objects
    alerts = apps.get_model("cases", "Alert").objects
    for old in apps.get_model("cases", "AlertMessage").objects.select_related("alert"):
        asked = old.author_id != old.alert.author_id
        messages.create(
            id=old.id,
            alert_id=old.alert_id,
            author_id=old.author_id,
            from_coordination=asked,
            kind="question" if asked else "answer",
            text=old.text,
        )
        messages.filter(pk=old.id).update(sent_at=old.sent_at)
        column = "information_asked_at" if asked else "information_given_at"
        alerts.filter(pk=old.alert_id).update(**{column: old.sent_at})
    participations = apps.get_model("cases", "Participation").objects
    participations.filter(state="accepted").update(answered_on=models.F("since"))
    if schema_editor.connection.vendor == "postgresql":
        # Foreign keys are checked now: a table with checks to come takes no trigger.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def bring_back(apps, schema_editor):
    """The messages about alerts; those in participations have no place in the older tables."""
    older = apps.get_model("cases", "AlertMessage").objects
    for message in apps.get_model("cases", "Message").objects.filter(alert__isnull=False):
        if message.author_id is None:
            continue
        older.create(
            id=message.id,
            alert_id=message.alert_id,
            author_id=message.author_id,
            text=message.text,
        )
        older.filter(pk=message.id).update(sent_at=message.sent_at)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_memory_and_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('message', 'Message'), ('question', 'Question'), ('answer', 'Réponse à la question'), ('facts', 'Ajout aux faits observés')], default='message', max_length=10, verbose_name='nature')),
                ('from_coordination', models.BooleanField(verbose_name='écrit par la coordination')),
                ('text', cases.crypto.EncryptedTextField(verbose_name='message')),
                ('sent_at', models.DateTimeField(auto_now_add=True, verbose_name='envoyé le')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='lu le')),
            ],
            options={
                'verbose_name': 'message',
                'ordering': ('sent_at', 'id'),
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='alert',
            name='information_asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='complément demandé le'),
        ),
        migrations.AddField(
            model_name='alert',
            name='information_given_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='complément reçu le'),
        ),
        migrations.AddField(
            model_name='historicalalert',
            name='information_asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='complément demandé le'),
        ),
        migrations.AddField(
            model_name='historicalalert',
            name='information_given_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='complément reçu le'),
        ),
        migrations.AddField(
            model_name='historicalinternalnote',
            name='alert',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.alert'),
        ),
        migrations.AddField(
            model_name='historicalparticipation',
            name='answered_on',
            field=models.DateField(blank=True, null=True, verbose_name='répondu le'),
        ),
        migrations.AddField(
            model_name='internalnote',
            name='alert',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='cases.alert'),
        ),
        migrations.AddField(
            model_name='participation',
            name='answered_on',
            field=models.DateField(blank=True, null=True, verbose_name='répondu le'),
        ),
        migrations.AlterField(
            model_name='internalnote',
            name='situation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='cases.situation'),
        ),
        migrations.AddConstraint(
            model_name='internalnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alert__isnull', False), ('situation__isnull', True)), models.Q(('alert__isnull', True), ('situation__isnull', False)), _connector='OR'), name='internal_note_has_one_subject'),
        ),
        migrations.AddField(
            model_name='message',
            name='alert',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='cases.alert'),
        ),
        migrations.AddField(
            model_name='message',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='participation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='cases.participation'),
        ),
        migrations.AddField(
            model_name='message',
            name='read_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['from_coordination'], name='message_unread'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alert__isnull', False), ('participation__isnull', True)), models.Q(('alert__isnull', True), ('kind', 'message'), ('participation__isnull', False)), _connector='OR'), name='message_has_one_thread'),
        ),
        migrations.RunPython(carry_over, bring_back),
        migrations.DeleteModel(
            name='AlertMessage',
        ),
        migrations.DeleteModel(
            name='HistoricalAlertMessage',
        ),
        migrations.RunPython(freeze, thaw),
    ]
