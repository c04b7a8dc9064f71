"""The papers of the bodies; the database itself keeps a published version of minutes as it is."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

REFUSED = "un compte rendu publié ne se modifie pas"
POSTGRESQL = (
    f"""
CREATE FUNCTION governance_minutes_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE TRIGGER minutes_frozen BEFORE UPDATE OR DELETE ON governance_minutes FOR EACH ROW
  WHEN (OLD.state = 'published') EXECUTE FUNCTION governance_minutes_frozen()
""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER minutes_frozen ON governance_minutes",
    "DROP FUNCTION governance_minutes_frozen()",
)
SQLITE = tuple(
    f"""
CREATE TRIGGER minutes_no_{act.lower()} BEFORE {act} ON governance_minutes
WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
"""
    for act in ("UPDATE", "DELETE")
)
SQLITE_BACK = ("DROP TRIGGER minutes_no_update", "DROP TRIGGER minutes_no_delete")


def freeze(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def thaw(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


def _run(schema_editor, postgresql, sqlite):
    statements = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0014_backups_and_deletion'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionSheet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='action')),
                ('description', models.TextField(blank=True, verbose_name='ce qui est fait, et pour qui')),
                ('lead', models.CharField(blank=True, max_length=160, verbose_name='pilote')),
                ('partners', models.TextField(blank=True, verbose_name='partenaires')),
                ('resources', models.TextField(blank=True, verbose_name='moyens nécessaires')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='début')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('state', models.CharField(choices=[('planned', 'Prévue'), ('in_progress', 'En cours'), ('done', 'Terminée'), ('dropped', 'Abandonnée')], default='planned', max_length=12, verbose_name='état')),
                ('indicators', models.TextField(blank=True, verbose_name='indicateurs de résultat')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'fiche action',
                'verbose_name_plural': 'fiches action',
                'ordering': ('title',),
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='intitulé')),
                ('start', models.DateField(verbose_name='prend effet le')),
                ('end', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('tacit_renewal', models.BooleanField(default=False, verbose_name='tacite reconduction')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='référence du document')),
            ],
            options={
                'verbose_name': 'convention',
                'ordering': ('-start',),
            },
        ),
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('title', models.CharField(max_length=200, verbose_name='axe')),
            ],
            options={
                'verbose_name': 'axe',
                'verbose_name_plural': 'axes',
                'ordering': ('position', 'title'),
            },
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='année')),
                ('version', models.PositiveIntegerField(default=1)),
                ('text', models.TextField(verbose_name='bilan de l’année')),
                ('results', models.TextField(blank=True, verbose_name='indicateurs atteints')),
            ],
            options={
                'verbose_name': 'bilan d’action',
                'verbose_name_plural': 'bilans d’action',
                'ordering': ('-year',),
            },
        ),
        migrations.CreateModel(
            name='HistoricalActionSheet',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('title', models.CharField(max_length=200, verbose_name='action')),
                ('description', models.TextField(blank=True, verbose_name='ce qui est fait, et pour qui')),
                ('lead', models.CharField(blank=True, max_length=160, verbose_name='pilote')),
                ('partners', models.TextField(blank=True, verbose_name='partenaires')),
                ('resources', models.TextField(blank=True, verbose_name='moyens nécessaires')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='début')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('state', models.CharField(choices=[('planned', 'Prévue'), ('in_progress', 'En cours'), ('done', 'Terminée'), ('dropped', 'Abandonnée')], default='planned', max_length=12, verbose_name='état')),
                ('indicators', models.TextField(blank=True, verbose_name='indicateurs de résultat')),
                ('version', models.PositiveIntegerField(default=1)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical fiche action',
                'verbose_name_plural': 'historical fiches action',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAgreement',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('title', models.CharField(max_length=200, verbose_name='intitulé')),
                ('start', models.DateField(verbose_name='prend effet le')),
                ('end', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('tacit_renewal', models.BooleanField(default=False, verbose_name='tacite reconduction')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='référence du document')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical convention',
                'verbose_name_plural': 'historical conventions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAxis',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('title', models.CharField(max_length=200, verbose_name='axe')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical axe',
                'verbose_name_plural': 'historical axes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBalance',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='année')),
                ('version', models.PositiveIntegerField(default=1)),
                ('text', models.TextField(verbose_name='bilan de l’année')),
                ('results', models.TextField(blank=True, verbose_name='indicateurs atteints')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical bilan d’action',
                'verbose_name_plural': 'historical bilans d’action',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMinutes',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='numéro')),
                ('version', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'En rédaction'), ('validated', 'Validé'), ('published', 'Publié')], default='draft', max_length=10, verbose_name='état')),
                ('opening', models.TextField(blank=True, verbose_name='ouverture de la réunion')),
                ('texts', models.JSONField(blank=True, default=dict, verbose_name='points')),
                ('correction', models.TextField(blank=True, verbose_name='ce qui est corrigé')),
                ('attended', models.JSONField(blank=True, default=list, verbose_name='présences')),
                ('quorum', models.CharField(blank=True, max_length=200)),
                ('validated_at', models.DateTimeField(blank=True, null=True, verbose_name='validé le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publié le')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical compte rendu',
                'verbose_name_plural': 'historical comptes rendus',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalObjective',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('title', models.CharField(max_length=200, verbose_name='objectif')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical objectif',
                'verbose_name_plural': 'historical objectifs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalResolution',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('decision', 'Décision'), ('opinion', 'Avis'), ('proposal', 'Proposition')], max_length=10, verbose_name='nature')),
                ('year', models.PositiveSmallIntegerField(verbose_name='année')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('version', models.PositiveIntegerField(default=1)),
                ('title', models.CharField(max_length=200, verbose_name='objet')),
                ('text', models.TextField(verbose_name='texte')),
                ('adoption', models.CharField(blank=True, choices=[('consensus', 'Par consensus'), ('vote', 'Par un vote')], max_length=10, verbose_name='adoption')),
                ('votes_for', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voix pour')),
                ('votes_against', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voix contre')),
                ('abstentions', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstentions')),
                ('owner', models.CharField(blank=True, max_length=160, verbose_name='qui la porte')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='échéance')),
                ('state', models.CharField(choices=[('to_do', 'À faire'), ('in_progress', 'En cours'), ('done', 'Faite'), ('dropped', 'Abandonnée')], default='to_do', max_length=12, verbose_name='suite')),
                ('note', models.TextField(blank=True, verbose_name='où en est-on')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical décision, avis ou proposition',
                'verbose_name_plural': 'historical décisions, avis et propositions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSignatory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('institution', models.CharField(max_length=160, verbose_name='institution')),
                ('represented_by', models.CharField(blank=True, max_length=160, verbose_name='représentée par')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signée le')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='délibération ou pouvoir de signature')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical signataire',
                'verbose_name_plural': 'historical signataires',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='numéro')),
                ('version', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'En rédaction'), ('validated', 'Validé'), ('published', 'Publié')], default='draft', max_length=10, verbose_name='état')),
                ('opening', models.TextField(blank=True, verbose_name='ouverture de la réunion')),
                ('texts', models.JSONField(blank=True, default=dict, verbose_name='points')),
                ('correction', models.TextField(blank=True, verbose_name='ce qui est corrigé')),
                ('attended', models.JSONField(blank=True, default=list, verbose_name='présences')),
                ('quorum', models.CharField(blank=True, max_length=200)),
                ('validated_at', models.DateTimeField(blank=True, null=True, verbose_name='validé le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publié le')),
            ],
            options={
                'verbose_name': 'compte rendu',
                'verbose_name_plural': 'comptes rendus',
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('title', models.CharField(max_length=200, verbose_name='objectif')),
            ],
            options={
                'verbose_name': 'objectif',
                'ordering': ('position', 'title'),
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('decision', 'Décision'), ('opinion', 'Avis'), ('proposal', 'Proposition')], max_length=10, verbose_name='nature')),
                ('year', models.PositiveSmallIntegerField(verbose_name='année')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('version', models.PositiveIntegerField(default=1)),
                ('title', models.CharField(max_length=200, verbose_name='objet')),
                ('text', models.TextField(verbose_name='texte')),
                ('adoption', models.CharField(blank=True, choices=[('consensus', 'Par consensus'), ('vote', 'Par un vote')], max_length=10, verbose_name='adoption')),
                ('votes_for', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voix pour')),
                ('votes_against', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voix contre')),
                ('abstentions', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstentions')),
                ('owner', models.CharField(blank=True, max_length=160, verbose_name='qui la porte')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='échéance')),
                ('state', models.CharField(choices=[('to_do', 'À faire'), ('in_progress', 'En cours'), ('done', 'Faite'), ('dropped', 'Abandonnée')], default='to_do', max_length=12, verbose_name='suite')),
                ('note', models.TextField(blank=True, verbose_name='où en est-on')),
            ],
            options={
                'verbose_name': 'décision, avis ou proposition',
                'verbose_name_plural': 'décisions, avis et propositions',
                'ordering': ('-year', 'kind', '-number'),
            },
        ),
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('institution', models.CharField(max_length=160, verbose_name='institution')),
                ('represented_by', models.CharField(blank=True, max_length=160, verbose_name='représentée par')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signée le')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='délibération ou pouvoir de signature')),
            ],
            options={
                'verbose_name': 'signataire',
                'ordering': ('institution',),
            },
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='presenter',
            field=models.CharField(blank=True, max_length=120, verbose_name='présenté par'),
        ),
        migrations.AddField(
            model_name='historicalagendaitem',
            name='presenter',
            field=models.CharField(blank=True, max_length=120, verbose_name='présenté par'),
        ),
        migrations.AddField(
            model_name='historicalseat',
            name='secretary',
            field=models.BooleanField(default=False, verbose_name='secrétariat de l’instance'),
        ),
        migrations.AddField(
            model_name='seat',
            name='secretary',
            field=models.BooleanField(default=False, verbose_name='secrétariat de l’instance'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('secretary', False), ('holder_name', ''), _connector='OR'), name='seat_secretary_signs_in', violation_error_message='Le secrétariat écrit ici : il lui faut un compte.'),
        ),
        migrations.AddField(
            model_name='actionsheet',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='governance.body', verbose_name='instance qui la porte'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='council',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='governance.council'),
        ),
        migrations.AddField(
            model_name='axis',
            name='council',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='governance.council'),
        ),
        migrations.AddField(
            model_name='balance',
            name='action',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='balances', to='governance.actionsheet'),
        ),
        migrations.AddField(
            model_name='historicalactionsheet',
            name='body',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.body', verbose_name='instance qui la porte'),
        ),
        migrations.AddField(
            model_name='historicalactionsheet',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalagreement',
            name='council',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.council'),
        ),
        migrations.AddField(
            model_name='historicalagreement',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalaxis',
            name='council',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.council'),
        ),
        migrations.AddField(
            model_name='historicalaxis',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalbalance',
            name='action',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.actionsheet'),
        ),
        migrations.AddField(
            model_name='historicalbalance',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalminutes',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalminutes',
            name='meeting',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.meeting'),
        ),
        migrations.AddField(
            model_name='historicalminutes',
            name='validated_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalobjective',
            name='axis',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.axis'),
        ),
        migrations.AddField(
            model_name='historicalobjective',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalresolution',
            name='council',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.council'),
        ),
        migrations.AddField(
            model_name='historicalresolution',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalresolution',
            name='item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.agendaitem', verbose_name='point de l’ordre du jour'),
        ),
        migrations.AddField(
            model_name='historicalresolution',
            name='meeting',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.meeting'),
        ),
        migrations.AddField(
            model_name='historicalsignatory',
            name='agreement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.agreement'),
        ),
        migrations.AddField(
            model_name='historicalsignatory',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='minutes',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='governance.meeting'),
        ),
        migrations.AddField(
            model_name='minutes',
            name='validated_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalresolution',
            name='published_in',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.minutes'),
        ),
        migrations.AddField(
            model_name='objective',
            name='axis',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objectives', to='governance.axis'),
        ),
        migrations.AddField(
            model_name='historicalactionsheet',
            name='objective',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.objective', verbose_name='objectif'),
        ),
        migrations.AddField(
            model_name='actionsheet',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='governance.objective', verbose_name='objectif'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='council',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resolutions', to='governance.council'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='governance.agendaitem', verbose_name='point de l’ordre du jour'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='governance.meeting'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='published_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='governance.minutes'),
        ),
        migrations.AddField(
            model_name='signatory',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatories', to='governance.agreement'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('end', None), ('end__gte', models.F('start')), _connector='OR'), name='agreement_dates', violation_error_message='La fin ne peut précéder le début.'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.UniqueConstraint(fields=('action', 'year'), name='balance_once_a_year', violation_error_message='Le bilan de cette année existe déjà.'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.UniqueConstraint(fields=('meeting', 'number'), name='minutes_number_once', violation_error_message='Quelqu’un vient d’écrire ce compte rendu : relisez-le.'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published'), _negated=True), fields=('meeting',), name='minutes_one_draft', violation_error_message='Une version est déjà en cours de rédaction.'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='minutes_published_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='actionsheet',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='action_dates', violation_error_message='La fin ne peut précéder le début.'),
        ),
        migrations.AddConstraint(
            model_name='resolution',
            constraint=models.UniqueConstraint(fields=('council', 'kind', 'year', 'number'), name='resolution_number_once'),
        ),
        migrations.AddConstraint(
            model_name='resolution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('adoption', 'vote'), ('votes_against__isnull', False), ('votes_for__isnull', False)), models.Q(models.Q(('adoption', 'vote'), _negated=True), ('abstentions', None), ('votes_against', None), ('votes_for', None)), _connector='OR'), name='resolution_votes_are_counted', violation_error_message='Les voix pour et contre se comptent quand on a voté.'),
        ),
        migrations.AddConstraint(
            model_name='signatory',
            constraint=models.UniqueConstraint(fields=('agreement', 'institution'), name='signatory_once', violation_error_message='Cette institution est déjà inscrite.'),
        ),
        migrations.RunPython(freeze, thaw),
    ]
