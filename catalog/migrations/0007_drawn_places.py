from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_list_over_and_offer_mails")]

    operations = [
        migrations.AddField(model_name="place", name="drawn", field=models.PositiveIntegerField(null=True)),
    ]
