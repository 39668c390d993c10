"""The moves of stock as functions: many of one kind by one statement, and the units of a drop with them.

The apps above call them out of their own functions; in Python `services.stock` does.
"""

from django.db import migrations, models

# Plans of these functions are made when a brand's tables are still empty, and kept. Without the switches such a
# plan reads whole tables for as long as they have never been analysed.
_STEADY = "SET search_path FROM CURRENT SET enable_seqscan = off SET plan_cache_mode = force_generic_plan"

BOOK = f"""
-- Books moves of one kind of one variant in their order: the counts once, a line of the journal each.
-- No row when the counts would fall below zero: then nothing has changed.
CREATE FUNCTION catalog_book_moves(
    p_variant uuid, p_kind text, p_quantities int[], p_references text[], p_actors text[], p_at timestamptz,
    OUT available int, OUT held int, OUT sold int
) RETURNS SETOF record LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_sum bigint := (SELECT sum(q) FROM unnest(p_quantities) AS q);
    v_available int := CASE p_kind WHEN 'hold' THEN -1 WHEN 'sell' THEN 0 ELSE 1 END;
    v_held int := CASE p_kind WHEN 'hold' THEN 1 WHEN 'release' THEN -1 WHEN 'sell' THEN -1 ELSE 0 END;
    v_sold int := CASE p_kind WHEN 'sell' THEN 1 WHEN 'return' THEN -1 ELSE 0 END;
BEGIN
    UPDATE catalog_stock AS k
    SET total = k.total + (v_available + v_held + v_sold) * v_sum, available = k.available + v_available * v_sum,
        held = k.held + v_held * v_sum, sold = k.sold + v_sold * v_sum
    WHERE k.variant_id = p_variant AND k.available + v_available * v_sum >= 0
      AND k.held + v_held * v_sum >= 0 AND k.sold + v_sold * v_sum >= 0
    RETURNING k.available, k.held, k.sold INTO available, held, sold;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO catalog_stockmove (variant_id, kind, quantity, available, held, sold, reference, actor, at)
    SELECT p_variant, p_kind, m.quantity, available - v_available * m.later, held - v_held * m.later,
           sold - v_sold * m.later, left(m.reference, 120), left(m.actor, 80), p_at
    FROM (
        SELECT q.*, v_sum - sum(q.quantity) OVER (ORDER BY q.nth) AS later
        FROM unnest(p_quantities, p_references, p_actors) WITH ORDINALITY AS q (quantity, reference, actor, nth)
    ) AS m
    ORDER BY m.nth;
    RETURN NEXT;
END
$body$;
"""  # noqa: S608 - what is put in stands above

TELL = f"""
-- Tells viewers where the units stand; of what is not on sale they hear nothing. Under the stock row's lock.
CREATE FUNCTION catalog_tell_stock(
    p_variant uuid, p_variant_name text, p_drop_name text, p_left int, p_actor text, p_at timestamptz
) RETURNS void LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_data jsonb;
BEGIN
    SELECT jsonb_build_object('variant_id', p_variant_name, 'available', k.available, 'total', k.total,
                              'drop_id', p_drop_name, 'drop_units_left', p_left)
    INTO v_data
    FROM catalog_stock AS k
    JOIN catalog_variant AS v ON v.id = k.variant_id
    JOIN catalog_product AS p ON p.id = v.product_id
    WHERE k.variant_id = p_variant AND p.status = 'active';
    IF FOUND THEN
        PERFORM eventlog_append('stock.changed', ARRAY['shop'], ARRAY[v_data], ARRAY[p_actor], ARRAY[''], p_at);
    END IF;
END
$body$;
"""  # noqa: S608 - what is put in stands above

LOOK = f"""
-- What can be had of a variant, in a drop if one is named. With `p_lock` the stock row is locked, then the
-- drop's, and both stay as they are told until the transaction ends. No row: there is no such variant.
CREATE FUNCTION catalog_units(
    p_variant uuid, p_drop uuid, p_lock boolean,
    OUT available int, OUT by_line boolean, OUT status text, OUT units_left int, OUT per_buyer int,
    OUT show_id uuid, OUT moment timestamptz
) RETURNS SETOF record LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_drop_by_line boolean;
    v_closes_at timestamptz;
BEGIN
    IF p_lock THEN
        SELECT k.available, k.by_line INTO available, by_line FROM catalog_stock AS k
        WHERE k.variant_id = p_variant FOR UPDATE;
    ELSE
        SELECT k.available, k.by_line INTO available, by_line FROM catalog_stock AS k WHERE k.variant_id = p_variant;
    END IF;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF p_drop IS NOT NULL THEN
        IF p_lock THEN
            PERFORM 1 FROM catalog_drop AS d WHERE d.id = p_drop AND d.variant_id = p_variant FOR UPDATE;
        END IF;
        SELECT d.status, d.units_left, d.per_buyer, d.show_id, d.by_line, d.closes_at
        INTO status, units_left, per_buyer, show_id, v_drop_by_line, v_closes_at
        FROM catalog_drop AS d WHERE d.id = p_drop AND d.variant_id = p_variant;
        by_line := v_drop_by_line;
    END IF;
    -- One instant for all that is decided under these locks: read after them, so that nobody who waited is
    -- given a deadline that began while they waited, nor a unit after the closing time.
    moment := clock_timestamp();
    IF v_closes_at <= moment THEN
        status := 'closed';
    END IF;
    RETURN NEXT;
END
$body$;
"""  # noqa: S608 - what is put in stands above

TAKE = f"""
-- Keeps units for many buyers at once. The caller has locked and looked (catalog_units), so that it fits.
CREATE FUNCTION catalog_take_units(
    p_variant uuid, p_variant_name text, p_drop uuid, p_drop_name text, p_quantities int[], p_references text[],
    p_actors text[], p_actor text, p_at timestamptz, OUT emptied boolean
) LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_sum int := (SELECT sum(q) FROM unnest(p_quantities) AS q);
    v_left int;
BEGIN
    emptied := false;
    PERFORM 1 FROM catalog_book_moves(p_variant, 'hold', p_quantities, p_references, p_actors, p_at);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'units of % were taken that nobody locked', p_variant USING ERRCODE = 'check_violation';
    END IF;
    IF p_drop IS NOT NULL THEN
        -- In SET, `status` is what it was before; the last unit of an open drop makes it sold out.
        emptied := EXISTS (SELECT FROM catalog_drop WHERE id = p_drop AND status = 'open' AND units_left = v_sum);
        UPDATE catalog_drop
        SET units_left = units_left - v_sum,
            status = CASE WHEN emptied THEN 'sold_out' ELSE status END
        WHERE id = p_drop RETURNING units_left INTO v_left;
    END IF;
    PERFORM catalog_tell_stock(p_variant, p_variant_name, p_drop_name, v_left, p_actor, p_at);
END
$body$;
"""  # noqa: S608 - what is put in stands above

GIVE_BACK = f"""
-- Lets held units go free again, also those of several drops of the variant. `reopened` are the drops that were
-- sold out and sell again: their time is not over, nobody stands in line, and no other one took their place.
-- No row when fewer are held.
CREATE FUNCTION catalog_give_back_units(
    p_variant uuid, p_variant_name text, p_drops uuid[], p_drop_names text[], p_quantities int[],
    p_references text[], p_actors text[], p_actor text, p_at timestamptz, OUT reopened uuid[]
) RETURNS SETOF uuid[] LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_drop record;
    v_left int;
    v_reopens boolean;
BEGIN
    PERFORM 1 FROM catalog_book_moves(p_variant, 'release', p_quantities, p_references, p_actors, p_at);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    reopened := '{{}}';
    FOR v_drop IN
        SELECT g.id, min(g.name) AS name, sum(g.quantity)::int AS quantity
        FROM unnest(p_drops, p_drop_names, p_quantities) AS g (id, name, quantity)
        GROUP BY g.id ORDER BY g.id
    LOOP
        v_left := NULL;
        IF v_drop.id IS NOT NULL THEN
            SELECT d.status = 'sold_out' AND NOT d.by_line AND (d.closes_at IS NULL OR d.closes_at > clock_timestamp())
                   AND NOT EXISTS (
                       SELECT FROM catalog_drop AS o
                       WHERE o.variant_id = p_variant AND o.status = 'open' AND o.id <> d.id
                   )
            INTO v_reopens FROM catalog_drop AS d WHERE d.id = v_drop.id FOR UPDATE;
            UPDATE catalog_drop AS d
            SET units_left = d.units_left + v_drop.quantity, status = CASE WHEN v_reopens THEN 'open' ELSE d.status END
            WHERE d.id = v_drop.id RETURNING d.units_left INTO v_left;
            IF v_reopens THEN
                reopened := reopened || v_drop.id;
            END IF;
        END IF;
        PERFORM catalog_tell_stock(p_variant, p_variant_name, v_drop.name, v_left, p_actor, p_at);
    END LOOP;
    RETURN NEXT;
END
$body$;
"""  # noqa: S608 - what is put in stands above

DROP = """
DROP FUNCTION catalog_give_back_units(uuid, text, uuid[], text[], int[], text[], text[], text, timestamptz);
DROP FUNCTION catalog_take_units(uuid, text, uuid, text, int[], text[], text[], text, timestamptz);
DROP FUNCTION catalog_units(uuid, uuid, boolean);
DROP FUNCTION catalog_tell_stock(uuid, text, text, int, text, timestamptz);
DROP FUNCTION catalog_book_moves(uuid, text, int[], text[], text[], timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_drop_modes_and_lines"), ("eventlog", "0002_append_function")]
    operations = [
        # The index by variant and move serves the foreign key as well.
        migrations.AlterField(
            model_name="stockmove",
            name="variant",
            field=models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="moves", to="catalog.variant"
            ),
        ),
        migrations.RunSQL(BOOK + TELL + LOOK + TAKE + GIVE_BACK, DROP),
    ]
