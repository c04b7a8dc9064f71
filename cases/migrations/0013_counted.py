"""What the year counts and no erasure takes away: how often a situation was reopened, whether its
quarter is a priority area."""

from collections import Counter
from itertools import pairwise

from django.db import migrations, models


def count_reopenings(apps, schema_editor):
    """From the history, for the situations that still have theirs."""
    history = apps.get_model("cases", "HistoricalSituation").objects
    states = history.order_by("id", "history_date", "history_id").values_list("id", "status")
    reopened = Counter(
        after[0]
        for before, after in pairwise(states.iterator())
        if before == (after[0], "closed") and after[1] == "reopened"
    )
    situations = apps.get_model("cases", "Situation").objects
    for situation, times in reopened.items():
        situations.filter(pk=situation).update(reopenings=times)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_conclusions")]

    operations = [
        migrations.AddField(
            model_name=model,
            name=name,
            field=field,
        )
        for model in ("historicalsituation", "situation")
        for name, field in (
            (
                "priority_area",
                models.BooleanField(
                    editable=False, null=True, verbose_name="quartier prioritaire"
                ),
            ),
            (
                "reopenings",
                models.PositiveSmallIntegerField(
                    default=0, editable=False, verbose_name="réouvertures"
                ),
            ),
        )
    ] + [migrations.RunPython(count_reopenings, migrations.RunPython.noop, elidable=True)]
