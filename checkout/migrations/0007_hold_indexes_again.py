"""The indexes that checkout_reserve looks up by, which the migration before took away by mistake: without them
each request of a batch reads the whole table.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0006_parcels_and_returns")]

    operations = [
        migrations.RemoveIndex(model_name="hold", name="hold_by_viewer"),
        migrations.AddIndex(model_name="hold", index=models.Index(fields=["viewer_key"], name="hold_by_viewer_ever")),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["device"], name="hold_by_device", condition=~models.Q(device="")),
        ),
    ]
