"""The views kept of a list; on PostgreSQL, the index of the plain texts that alerts are searched by."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from governance.search import vector

WORDS = GinIndex(vector(("requester_role",)), name="alert_words")


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.add_index(apps.get_model("cases", "Alert"), WORDS)


def forget_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("cases", "Alert"), WORDS)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_occasional_authors'),
        ('governance', '0009_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('page', models.CharField(choices=[('today', 'Aujourd’hui'), ('alerts', 'Alertes'), ('situations', 'Situations')], max_length=12, verbose_name='page')),
                ('name', models.CharField(max_length=60, verbose_name='nom')),
                ('query', models.CharField(max_length=500, verbose_name='filtres')),
                ('is_default', models.BooleanField(default=False, verbose_name='par défaut')),
                ('council', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='governance.council')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vue enregistrée',
                'verbose_name_plural': 'vues enregistrées',
                'ordering': ('name',),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('council__isnull', False)), fields=('user', 'council', 'page', 'name'), name='saved_view_name_of_council'), models.UniqueConstraint(condition=models.Q(('council__isnull', False), ('is_default', True)), fields=('user', 'council', 'page'), name='saved_view_default_of_council'), models.UniqueConstraint(condition=models.Q(('council__isnull', True)), fields=('user', 'page', 'name'), name='saved_view_name_of_all'), models.UniqueConstraint(condition=models.Q(('council__isnull', True), ('is_default', True)), fields=('user', 'page'), name='saved_view_default_of_all')],
            },
        ),
        migrations.RunPython(index_words, forget_words),
    ]
