"""The directory of local resources, the prepared replies; each council gets the first replies."""

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from governance.prepared_replies import first_replies
from governance.search import vector

FIELDS = ("name", "purpose", "audience", "limits", "places", "address")
WORDS = GinIndex(vector(FIELDS), name="resource_words")


def give_first_replies(apps, schema_editor):
    replies = apps.get_model("governance", "PreparedReply").objects
    for council in apps.get_model("governance", "Council").objects.all():
        for title, text in first_replies():
            replies.create(council=council, title=title, text=text)


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.add_index(apps.get_model("governance", "Resource"), WORDS)


def forget_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("governance", "Resource"), WORDS)


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0009_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalPreparedReply',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('title', models.CharField(max_length=80, verbose_name='titre')),
                ('text', models.TextField(max_length=5000, verbose_name='texte')),
                ('active', models.BooleanField(default=True, verbose_name='proposée')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('council', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.council')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical réponse préparée',
                'verbose_name_plural': 'historical réponses préparées',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalResource',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('purpose', models.TextField(max_length=2000, verbose_name='ce qu’elle fait')),
                ('audience', models.TextField(blank=True, max_length=1000, verbose_name='pour qui')),
                ('limits', models.TextField(blank=True, max_length=1000, verbose_name='limites')),
                ('places', models.TextField(blank=True, max_length=5000, verbose_name='quartiers et rues')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='téléphone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('hours', models.CharField(blank=True, max_length=200, verbose_name='horaires')),
                ('link', models.URLField(blank=True, verbose_name='site')),
                ('checked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='vérifiée le')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('council', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.council')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.organisation', verbose_name='organisme du conseil')),
            ],
            options={
                'verbose_name': 'historical ressource',
                'verbose_name_plural': 'historical ressources',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('purpose', models.TextField(max_length=2000, verbose_name='ce qu’elle fait')),
                ('audience', models.TextField(blank=True, max_length=1000, verbose_name='pour qui')),
                ('limits', models.TextField(blank=True, max_length=1000, verbose_name='limites')),
                ('places', models.TextField(blank=True, max_length=5000, verbose_name='quartiers et rues')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='téléphone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('hours', models.CharField(blank=True, max_length=200, verbose_name='horaires')),
                ('link', models.URLField(blank=True, verbose_name='site')),
                ('checked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='vérifiée le')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='governance.council')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resources', to='governance.organisation', verbose_name='organisme du conseil')),
                ('sectors', models.ManyToManyField(blank=True, related_name='+', to='governance.sector', verbose_name='secteurs de psychiatrie')),
                ('towns', models.ManyToManyField(blank=True, related_name='+', to='governance.town', verbose_name='communes')),
            ],
            options={
                'verbose_name': 'ressource',
                'ordering': ('name',),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HistoricalResource_towns',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='governance.historicalresource')),
                ('town', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.town')),
                ('resource', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.resource')),
            ],
            options={
                'verbose_name': 'HistoricalResource_towns',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalResource_sectors',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='governance.historicalresource')),
                ('sector', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.sector')),
                ('resource', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.resource')),
            ],
            options={
                'verbose_name': 'HistoricalResource_sectors',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PreparedReply',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80, verbose_name='titre')),
                ('text', models.TextField(max_length=5000, verbose_name='texte')),
                ('active', models.BooleanField(default=True, verbose_name='proposée')),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prepared_replies', to='governance.council')),
            ],
            options={
                'verbose_name': 'réponse préparée',
                'verbose_name_plural': 'réponses préparées',
                'ordering': ('title',),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('council', 'title'), name='prepared_reply_once', violation_error_message='Une réponse porte déjà ce titre.')],
            },
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(fields=('council', 'name'), name='resource_once', violation_error_message='Cette ressource est déjà inscrite.'),
        ),
        migrations.RunPython(index_words, forget_words),
        migrations.RunPython(give_first_replies, migrations.RunPython.noop),
    ]
