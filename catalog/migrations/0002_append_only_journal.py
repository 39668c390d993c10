"""The journal of stock refuses to be changed, also by SQL that somebody types by hand."""

from django.db import migrations

CREATE = """
CREATE FUNCTION catalog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the journal of stock is append-only; book a correction instead'
        USING ERRCODE = 'integrity_constraint_violation';
END
$body$;
CREATE TRIGGER catalog_stockmove_append_only BEFORE UPDATE OR DELETE ON catalog_stockmove
    FOR EACH ROW EXECUTE FUNCTION catalog_refuse_change();
"""
DROP = """
DROP TRIGGER catalog_stockmove_append_only ON catalog_stockmove;
DROP FUNCTION catalog_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
