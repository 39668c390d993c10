"""Each line of the journal carries the hash of the one before: who changes, removes or slips in a line breaks the
chain for everybody who adds it up again. Made by a trigger, so that no writer can forget it.

What is hashed is written down in docs/reference/stock-journal.md, so that anybody can do it.
"""

from django.db import migrations, models

CREATE = """
CREATE FUNCTION catalog_move_hash(
    p_previous bytea, p_variant uuid, p_kind text, p_quantity int, p_available int, p_held int, p_sold int,
    p_at timestamptz, p_reference text, p_actor text
) RETURNS bytea LANGUAGE sql STABLE AS $body$
    SELECT sha256(convert_to(
        encode(p_previous, 'hex') || '|' || p_variant || '|' || p_kind || '|' || p_quantity || '|' || p_available || '|'
        || p_held || '|' || p_sold || '|' || to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|'
        || char_length(p_reference) || '|' || p_reference || '|' || p_actor, 'UTF8'))
$body$;

CREATE FUNCTION catalog_chain_move() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    v_before record;
BEGIN
    IF TG_TABLE_SCHEMA <> current_schema() THEN
        RAISE EXCEPTION 'set search_path to % before you write into its journal', TG_TABLE_SCHEMA;
    END IF;
    -- The last line of this variant. As a comparison of pairs, because only the index of both answers that: told as
    -- ORDER BY id LIMIT 1, an old plan walks back through the moves of all variants.
    SELECT m.variant_id, m.hash INTO v_before FROM catalog_stockmove AS m
    WHERE (m.variant_id, m.id) < (NEW.variant_id, NEW.id)
    ORDER BY m.variant_id DESC, m.id DESC LIMIT 1;
    NEW.previous_hash := CASE WHEN v_before.variant_id = NEW.variant_id THEN v_before.hash ELSE '' END;
    NEW.hash := catalog_move_hash(NEW.previous_hash, NEW.variant_id, NEW.kind, NEW.quantity, NEW.available, NEW.held,
                                  NEW.sold, NEW.at, NEW.reference, NEW.actor);
    RETURN NEW;
END
$body$;
CREATE TRIGGER catalog_stockmove_chain BEFORE INSERT ON catalog_stockmove
    FOR EACH ROW EXECUTE FUNCTION catalog_chain_move();
"""
DROP = """
DROP TRIGGER catalog_stockmove_chain ON catalog_stockmove;
DROP FUNCTION catalog_chain_move();
DROP FUNCTION catalog_move_hash(bytea, uuid, text, int, int, int, int, timestamptz, text, text);
"""

# Lines from before the chain are put into it as they stand; the trigger that refuses changes looks away once.
CHAIN_WHAT_IS_THERE = """
ALTER TABLE catalog_stockmove DISABLE TRIGGER catalog_stockmove_append_only;
DO $body$
DECLARE
    v_move record;
    v_variant uuid;
    v_previous bytea := '';
    v_hash bytea;
BEGIN
    FOR v_move IN SELECT * FROM catalog_stockmove ORDER BY variant_id, id LOOP
        IF v_move.variant_id IS DISTINCT FROM v_variant THEN
            v_variant := v_move.variant_id;
            v_previous := '';
        END IF;
        v_hash := catalog_move_hash(
            v_previous, v_move.variant_id, v_move.kind, v_move.quantity, v_move.available, v_move.held, v_move.sold,
            v_move.at, v_move.reference, v_move.actor
        );
        UPDATE catalog_stockmove SET previous_hash = v_previous, hash = v_hash WHERE id = v_move.id;
        v_previous := v_hash;
    END LOOP;
END
$body$;
ALTER TABLE catalog_stockmove ENABLE TRIGGER catalog_stockmove_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_drawn_places")]
    operations = [
        migrations.AddField("stockmove", "previous_hash", models.BinaryField(default=b"", editable=False)),
        migrations.AddField("stockmove", "hash", models.BinaryField(default=b"", editable=False)),
        migrations.AddIndex("stockmove", models.Index(fields=["variant", "id"], name="stock_move_in_order")),
        migrations.RemoveIndex("stockmove", "stock_move_by_variant"),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(CHAIN_WHAT_IS_THERE, migrations.RunSQL.noop),
    ]
