"""Versions of the conclusions, which the database keeps as they were validated; obstacles, to whom
they were given; answers to leads; feedback that is due no more.

A validated version is neither changed nor deleted. Its texts alone move, in two cases: the erasure
empties them, and a new key re-encrypts them. A cipher text re-encrypted keeps its length and the
moment it was first written, in clear in its first twelve characters (cryptography's
MultiFernet.rotate); another text has another moment, or another length.
"""

import cases.crypto
import cases.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from governance import vendor


TEXTS = ("summary", "steps_taken", "correction")
FROZEN = ("hearing_id", "number", "version", "obstacles", "validated_at", "validated_by_id")
REWRITTEN = " OR ".join(
    f"(NEW.{text} <> '' AND (substr(NEW.{text}, 1, 12) <> substr(OLD.{text}, 1, 12)"
    f" OR length(NEW.{text}) <> length(OLD.{text})))"
    for text in TEXTS
)
REFUSED = "un relevé validé ne se modifie pas"


def changed(differs):
    """The condition on which an update is refused; `differs`: the database's null-safe test."""
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in FROZEN)
    return f"OLD.validated_at IS NOT NULL AND ({moved} OR {REWRITTEN})"


POSTGRESQL = (
    f"""
CREATE FUNCTION cases_conclusions_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    f"""
CREATE TRIGGER conclusions_no_update BEFORE UPDATE ON cases_conclusions FOR EACH ROW
  WHEN ({changed("IS DISTINCT FROM")}) EXECUTE FUNCTION cases_conclusions_frozen()
""",
    """
CREATE TRIGGER conclusions_no_delete BEFORE DELETE ON cases_conclusions FOR EACH ROW
  WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION cases_conclusions_frozen()
""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER conclusions_no_update ON cases_conclusions",
    "DROP TRIGGER conclusions_no_delete ON cases_conclusions",
    "DROP FUNCTION cases_conclusions_frozen()",
)
SQLITE = (
    f"""
CREATE TRIGGER conclusions_no_update BEFORE UPDATE ON cases_conclusions
WHEN {changed("IS NOT")} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
""",
    f"""
CREATE TRIGGER conclusions_no_delete BEFORE DELETE ON cases_conclusions
WHEN OLD.validated_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
""",
)
SQLITE_BACK = ("DROP TRIGGER conclusions_no_update", "DROP TRIGGER conclusions_no_delete")


def freeze(apps, schema_editor):
    vendor.run(schema_editor, POSTGRESQL, SQLITE)


def thaw(apps, schema_editor):
    vendor.run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_kept_passages'),
        ('governance', '0007_memory'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('means', models.CharField(choices=[('letter', 'Courrier avec un lien'), ('pdf', 'Exemplaire PDF')], max_length=10, verbose_name='moyen')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='remis le')),
            ],
            options={
                'verbose_name': 'remise d’un relevé',
                'verbose_name_plural': 'remises de relevés',
                'ordering': ('made_at', 'id'),
                'default_permissions': (),
            },
        ),
        migrations.AlterModelOptions(
            name='conclusions',
            options={'default_permissions': (), 'ordering': ('number',), 'verbose_name': 'relevé de conclusions', 'verbose_name_plural': 'relevés de conclusions'},
        ),
        migrations.RemoveConstraint(
            model_name='actionlead',
            name='lead_status_code',
        ),
        migrations.AddField(
            model_name='actionlead',
            name='answered_on',
            field=models.DateField(blank=True, null=True, verbose_name='répondu le'),
        ),
        migrations.AddField(
            model_name='conclusions',
            name='correction',
            field=cases.crypto.EncryptedTextField(blank=True, verbose_name='ce qui est corrigé'),
        ),
        migrations.AddField(
            model_name='conclusions',
            name='number',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='numéro'),
        ),
        migrations.AddField(
            model_name='conclusions',
            name='obstacles',
            field=cases.fields.CodeListField(blank=True, default=(), verbose_name='obstacles rencontrés'),
        ),
        migrations.AddField(
            model_name='conclusions',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='feedback',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='sans objet le'),
        ),
        migrations.AddField(
            model_name='historicalactionlead',
            name='answered_on',
            field=models.DateField(blank=True, null=True, verbose_name='répondu le'),
        ),
        migrations.AddField(
            model_name='historicalconclusions',
            name='correction',
            field=cases.crypto.EncryptedTextField(blank=True, verbose_name='ce qui est corrigé'),
        ),
        migrations.AddField(
            model_name='historicalconclusions',
            name='number',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='numéro'),
        ),
        migrations.AddField(
            model_name='historicalconclusions',
            name='obstacles',
            field=cases.fields.CodeListField(blank=True, default=(), verbose_name='obstacles rencontrés'),
        ),
        migrations.AddField(
            model_name='historicalconclusions',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='historicalfeedback',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='sans objet le'),
        ),
        migrations.AlterField(
            model_name='conclusions',
            name='hearing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conclusions', to='cases.hearing'),
        ),
        migrations.AddConstraint(
            model_name='actionlead',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'proposed', 'accepted', 'in_progress', 'done', 'declined', 'failed', 'out_of_remit', 'dropped'])), name='lead_status_code', violation_error_message='Cette réponse ne figure pas dans la liste.'),
        ),
        migrations.AddConstraint(
            model_name='conclusions',
            constraint=models.UniqueConstraint(fields=('hearing', 'number'), name='conclusions_number_once', violation_error_message='Quelqu’un vient de corriger ce relevé : relisez-le.'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('given_on__isnull', True), ('closed_on__isnull', True), _connector='OR'), name='feedback_given_or_closed'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='conclusions',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='cases.conclusions'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.membership'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('means', 'letter')), fields=('conclusions', 'membership'), name='conclusions_sent_once'),
        ),
        migrations.RunPython(freeze, thaw),
    ]
