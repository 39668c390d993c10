from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("checkout", "0007_hold_indexes_again")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="card",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(condition=~Q(card=""), fields=["card"], name="payment_by_card"),
        ),
    ]
