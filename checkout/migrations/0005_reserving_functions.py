"""Deciding many requests to hold pieces of one variant by one statement, and ending many holds by one.

The units are catalog's (catalog_units, catalog_take_units, catalog_give_back_units); the holds are decided here.
"""

from django.db import migrations, models

# Plans are made while a brand's tables are still empty, and kept. To such a plan reading a whole small index costs
# less than looking one row up in it; when the table has grown it is a hundred times slower. So each look-up names
# one column that has a full index, and says the rest in words that no index answers: `|| ''`, IS NOT DISTINCT FROM.
_STEADY = (
    "SET search_path FROM CURRENT SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
    " SET plan_cache_mode = force_generic_plan"
)

# What is known of each request before it is decided. One look-up by index each, for each request.
_FACTS = """
        SELECT q.nth, q.id, q.quantity, q.quantity - coalesce(mine.quantity, 0) AS more, q.granted, q.twin,
               q.viewer, q.customer, q.device, q.key, q.body, q.length,
               mine.id AS mine_id, mine.quantity AS mine_quantity, mine.until AS mine_until, mine.show_id AS mine_show,
               mine.extended AS mine_extended, mine.unit_minor AS mine_minor, mine.currency AS mine_currency,
               known.hold_id AS known_id, person.taken,
               CASE
                   WHEN known.hold_id IS NOT NULL THEN
                       CASE WHEN known.body_hash = coalesce(q.body, '') THEN 'same' ELSE 'reused' END
                   WHEN mine.fits AND q.quantity <= mine.quantity THEN 'yours'
               END AS has,
               CASE
                   WHEN q.price IS NULL OR v_unit.available IS NULL THEN 'not_for_sale'
                   WHEN p_drop IS NOT NULL AND v_unit.status NOT IN ('open', 'sold_out') THEN 'not_open'
                   WHEN v_unit.by_line AND NOT q.granted THEN 'line_first'
                   WHEN v_unit.status = 'sold_out' AND NOT q.granted THEN 'sold_out'
               END AS closed,
               CASE
                   WHEN mine.id IS NOT NULL AND NOT (mine.fits AND q.id = mine.id) THEN 'aside'
                   WHEN p_drop IS NOT NULL AND person.taken + q.quantity - coalesce(mine.quantity, 0) > v_unit.per_buyer
                       THEN 'cap_reached'
                   WHEN mine.id IS NULL AND v_unit.show_id IS NULL AND NOT q.is_sold_in THEN 'not_sold_in_show'
                   WHEN mine.id IS NULL AND mine.bag >= p_most THEN 'too_many'
               END AS hindered
        FROM unnest(p_ids, p_viewers, p_customers, p_devices, p_quantities, p_prices, p_is_sold_in, p_granted,
                    p_twins, p_keys, p_bodies, p_lengths) WITH ORDINALITY
             AS q (id, viewer, customer, device, quantity, price, is_sold_in, granted, twin, key, body, length, nth)
        CROSS JOIN LATERAL (
            SELECT (array_agg(h.id) FILTER (WHERE h.variant_id = p_variant))[1] AS id,
                   max(h.quantity) FILTER (WHERE h.variant_id = p_variant) AS quantity,
                   max(h.expires_at) FILTER (WHERE h.variant_id = p_variant) AS until,
                   (array_agg(h.show_id) FILTER (WHERE h.variant_id = p_variant))[1] AS show_id,
                   bool_or(h.extended) FILTER (WHERE h.variant_id = p_variant) AS extended,
                   max(h.unit_minor) FILTER (WHERE h.variant_id = p_variant) AS unit_minor,
                   max(h.currency) FILTER (WHERE h.variant_id = p_variant) AS currency,
                   coalesce(bool_or(h.drop_id IS NOT DISTINCT FROM p_drop AND h.expires_at > v_unit.moment)
                            FILTER (WHERE h.variant_id = p_variant), false) AS fits,
                   count(*) FILTER (WHERE h.expires_at > v_unit.moment) AS bag,
                   coalesce(sum(h.quantity) FILTER (WHERE h.drop_id = p_drop AND h.expires_at > v_unit.moment), 0)
                       AS pieces
            FROM checkout_hold AS h WHERE h.viewer_key = q.viewer AND h.status || '' = 'active'
        ) AS mine
        LEFT JOIN LATERAL (
            SELECT k.hold_id, k.body_hash FROM checkout_holdkey AS k
            WHERE k.viewer_key = q.viewer AND k.key = q.key LIMIT 1
        ) AS known ON q.key IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT sum(h.quantity) AS pieces FROM checkout_hold AS h
            WHERE h.customer_id = q.customer AND h.viewer_key || '' <> q.viewer AND h.status || '' = 'active'
              AND h.drop_id IS NOT DISTINCT FROM p_drop AND h.expires_at > v_unit.moment
        ) AS theirs ON p_drop IS NOT NULL AND q.customer IS NOT NULL AND NOT v_early
        LEFT JOIN LATERAL (
            SELECT sum(p.quantity) AS pieces FROM (
                SELECT l.quantity FROM checkout_order AS o JOIN checkout_orderline AS l ON l.order_id = o.id
                WHERE o.viewer_key = q.viewer AND o.status || '' IN ('paid', 'fulfilled')
                  AND l.drop_id IS NOT DISTINCT FROM p_drop
                UNION ALL
                SELECT l.quantity FROM checkout_order AS o JOIN checkout_orderline AS l ON l.order_id = o.id
                WHERE o.customer_id = q.customer AND o.viewer_key || '' <> q.viewer
                  AND o.status || '' IN ('paid', 'fulfilled') AND l.drop_id IS NOT DISTINCT FROM p_drop
            ) AS p
        ) AS bought ON p_drop IS NOT NULL AND NOT v_early
        LEFT JOIN LATERAL (
            SELECT sum(h.quantity) AS pieces FROM checkout_hold AS h LEFT JOIN checkout_order AS o ON o.id = h.order_id
            WHERE h.device = q.device AND h.device <> '' AND h.drop_id IS NOT DISTINCT FROM p_drop
              AND ((h.status || '' = 'active' AND h.expires_at > v_unit.moment)
                   OR (h.status || '' = 'converted' AND o.status || '' IN ('paid', 'fulfilled')))
        ) AS device ON p_drop IS NOT NULL AND q.device <> '' AND NOT v_early
        CROSS JOIN LATERAL (
            SELECT greatest(mine.pieces + coalesce(theirs.pieces, 0) + coalesce(bought.pieces, 0),
                            coalesce(device.pieces, 0)) AS taken
        ) AS person
        ORDER BY q.nth
"""

RESERVE = f"""
-- Decides requests for one variant in their order and answers each by a row; the last row (nth 0) is about all:
-- `until` is the instant of the batch, `bound` is 1 when the drop's last unit went. Stops at a request whose
-- viewer has a hold that has to be looked at first (outcome 'aside'): it and all behind it are not decided.
-- `p_locks` are the buyers' locks in the order in which everybody takes them.
CREATE FUNCTION checkout_reserve(
    p_variant uuid, p_variant_name text, p_drop uuid, p_drop_name text, p_most int, p_at timestamptz,
    p_locks bigint[], p_ids uuid[], p_names text[], p_actors text[], p_viewers text[], p_customers uuid[],
    p_devices text[], p_quantities int[], p_prices bigint[], p_currencies text[], p_shows uuid[],
    p_is_sold_in boolean[], p_lengths interval[], p_granted boolean[], p_twins boolean[], p_keys uuid[],
    p_bodies bytea[],
    OUT nth int, OUT outcome text, OUT hold_id uuid, OUT until timestamptz, OUT bound int, OUT taken int
) RETURNS SETOF record LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_unit record;
    v_shut boolean;
    v_early boolean;
    v_request record;
    v_more int;
    v_number int := cardinality(p_ids);
    -- By request: pieces newly held, all pieces then, whether the hold grew; the hold it was answered with.
    v_got int[] := array_fill(0, ARRAY[v_number]);
    v_after int[] := array_fill(0, ARRAY[v_number]);
    v_grown boolean[] := array_fill(false, ARRAY[v_number]);
    v_extended boolean[] := array_fill(false, ARRAY[v_number]);
    v_answered uuid[] := array_fill(NULL::uuid, ARRAY[v_number]);
    v_shows uuid[] := p_shows;
    v_until timestamptz[] := array_fill(NULL::timestamptz, ARRAY[v_number]);
    v_grants int := 0;
    v_growths int := 0;
    v_available int;
    v_left int;
    v_empty boolean := false;
    v_prices bigint[] := p_prices;
    v_currencies text[] := p_currencies;
    v_emptied boolean := false;
    v_earlier int;
    v_topics text[];
    v_data jsonb[];
    v_names text[];
    v_pieces int[];
    v_actors text[];
    v_viewers text[];
BEGIN
    -- By a plain read first: the many who come too late to a drop cost no lock and no write.
    SELECT * INTO v_unit FROM catalog_units(p_variant, p_drop, false);
    v_early := NOT true = ANY (p_granted)
               AND (v_unit.available IS NULL OR v_unit.by_line
                    OR (p_drop IS NOT NULL AND v_unit.status IS DISTINCT FROM 'open'));
    v_shut := v_early OR v_unit.available IS NULL OR v_unit.available = 0;
    IF NOT v_shut THEN
        PERFORM pg_advisory_xact_lock(l.lock) FROM unnest(p_locks) WITH ORDINALITY AS l (lock, nth) ORDER BY l.nth;
        PERFORM 1 FROM checkout_hold AS h
        WHERE h.viewer_key = ANY (p_viewers) AND h.variant_id IS NOT DISTINCT FROM p_variant
          AND h.status || '' = 'active'
        ORDER BY h.id::text FOR UPDATE;
        SELECT * INTO v_unit FROM catalog_units(p_variant, p_drop, true);
    END IF;
    v_available := v_unit.available; v_left := v_unit.units_left;
    IF v_unit.show_id IS NOT NULL THEN
        v_shows := array_fill(v_unit.show_id, ARRAY[v_number]);
    END IF;
    FOR v_request IN {_FACTS} LOOP
        nth := v_request.nth; hold_id := v_request.id; until := NULL; bound := 0; taken := 0;
        outcome := v_request.has;
        IF outcome = 'yours' THEN
            hold_id := v_request.mine_id;
            v_answered[nth] := hold_id; v_after[nth] := v_request.mine_quantity; v_until[nth] := v_request.mine_until;
            v_prices[nth] := v_request.mine_minor; v_currencies[nth] := v_request.mine_currency;
        ELSIF outcome IS NOT NULL THEN
            hold_id := v_request.known_id;
        ELSE
            outcome := v_request.closed;
            IF v_request.twin THEN
                -- The same person asked already in this batch: what it gave them counts.
                v_earlier := NULL;
                FOR i IN 1 .. nth - 1 LOOP
                    IF p_viewers[i] = v_request.viewer AND v_answered[i] IS NOT NULL THEN
                        v_earlier := i;
                        EXIT WHEN p_keys[i] = v_request.key;
                    END IF;
                    IF v_got[i] > 0 AND (p_customers[i] = v_request.customer OR p_viewers[i] = v_request.viewer
                                         OR (v_request.device <> '' AND p_devices[i] = v_request.device)) THEN
                        v_request.taken := v_request.taken + v_got[i];
                    END IF;
                END LOOP;
                IF v_earlier IS NOT NULL THEN
                    outcome := CASE
                        WHEN p_keys[v_earlier] = v_request.key THEN
                            CASE WHEN p_bodies[v_earlier] IS NOT DISTINCT FROM v_request.body
                                 THEN 'twin' ELSE 'reused' END
                        WHEN v_request.quantity <= v_after[v_earlier] THEN 'twin'
                        ELSE coalesce(
                            outcome, CASE WHEN v_empty AND NOT v_request.granted THEN 'sold_out' END, 'aside'
                        )
                    END;
                    IF outcome = 'twin' THEN
                        hold_id := v_answered[v_earlier]; bound := v_earlier;
                        v_answered[nth] := hold_id; v_after[nth] := v_after[v_earlier];
                        v_until[nth] := v_until[v_earlier];
                        v_prices[nth] := v_prices[v_earlier]; v_currencies[nth] := v_currencies[v_earlier];
                    END IF;
                ELSIF v_request.hindered IS NULL AND v_request.taken + v_request.more > v_unit.per_buyer THEN
                    v_request.hindered := 'cap_reached';
                END IF;
            END IF;
            IF outcome IS NULL THEN
                v_more := v_request.more;
                outcome := CASE
                    WHEN v_empty AND NOT v_request.granted THEN 'sold_out'
                    WHEN v_request.hindered IS NOT NULL THEN v_request.hindered
                    WHEN v_left < v_more THEN 'sold_out'
                    WHEN v_available < v_more THEN 'short'
                    ELSE 'granted'
                END;
            END IF;
            IF outcome = 'granted' THEN
                v_got[nth] := v_more; v_after[nth] := v_request.quantity; v_answered[nth] := hold_id;
                v_grants := v_grants + 1;
                v_available := v_available - v_more;
                v_left := v_left - v_more;
                IF v_left = 0 AND v_unit.status = 'open' THEN
                    v_empty := true;
                END IF;
                IF v_request.mine_id IS NULL THEN
                    until := v_unit.moment + v_request.length;
                ELSE
                    until := v_request.mine_until; taken := 1; v_growths := v_growths + 1; v_grown[nth] := true;
                    v_shows[nth] := v_request.mine_show; v_extended[nth] := v_request.mine_extended;
                END IF;
                v_until[nth] := until;
            ELSIF outcome <> 'twin' THEN
                bound := CASE outcome WHEN 'cap_reached' THEN v_unit.per_buyer WHEN 'too_many' THEN p_most
                                      WHEN 'short' THEN v_available ELSE coalesce(v_left, v_available) END;
                taken := CASE outcome WHEN 'cap_reached' THEN v_request.taken ELSE v_request.more END;
            END IF;
        END IF;
        RETURN NEXT;
        EXIT WHEN outcome = 'aside';
    END LOOP;

    IF v_grants > 0 THEN
        IF v_growths < v_grants THEN
            INSERT INTO checkout_hold (id, variant_id, drop_id, show_id, quantity, unit_minor, currency, viewer_key,
                                       customer_id, device, status, extended, created_at, expires_at)
            SELECT q.id, p_variant, p_drop, q.show, q.quantity, q.price, q.currency, q.viewer,
                   q.customer, q.device, 'active', false, v_unit.moment, q.until
            FROM unnest(p_ids, v_shows, p_quantities, p_prices, p_currencies, p_viewers, p_customers, p_devices,
                        v_until, v_got, v_grown)
                 AS q (id, show, quantity, price, currency, viewer, customer, device, until, got, grown)
            WHERE q.got > 0 AND NOT q.grown;
        END IF;
        IF v_growths > 0 THEN
            UPDATE checkout_hold AS h SET quantity = q.quantity, unit_minor = q.price, currency = q.currency
            FROM unnest(p_ids, p_quantities, p_prices, p_currencies, v_grown)
                 AS q (id, quantity, price, currency, grown)
            WHERE h.id = q.id AND q.grown;
        END IF;
        SELECT array_agg(g.got), array_agg(g.name), array_agg(g.actor), array_agg(g.viewer),
               array_agg(CASE WHEN g.show IS NULL THEN 'shop' ELSE 'show:' || g.show END),
               array_agg(jsonb_build_object(
                   'hold_id', g.name, 'variant_id', p_variant_name, 'drop_id', p_drop_name, 'quantity', g.quantity,
                   'unit_price_minor', g.price, 'currency', g.currency, 'extended', g.extended,
                   'expires_at', to_char(g.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
               ))
        INTO v_pieces, v_names, v_actors, v_viewers, v_topics, v_data
        FROM (
            SELECT * FROM unnest(p_names, p_actors, v_shows, p_quantities, p_prices, p_currencies, p_viewers, v_until,
                                 v_got, v_extended)
                WITH ORDINALITY AS q (name, actor, show, quantity, price, currency, viewer, until, got, extended, nth)
            WHERE q.got > 0 ORDER BY q.nth
        ) AS g;
        SELECT t.emptied INTO v_emptied FROM catalog_take_units(
            p_variant, p_variant_name, p_drop, p_drop_name, v_pieces, v_names, v_actors, 'system', p_at
        ) AS t;
    END IF;
    INSERT INTO checkout_holdkey (viewer_key, key, body_hash, hold_id, quantity, unit_minor, currency, expires_at, at)
    SELECT q.viewer, q.key, coalesce(q.body, ''), q.answered, q.quantity, q.price, q.currency, q.until, p_at
    FROM unnest(p_viewers, p_keys, p_bodies, v_answered, v_after, v_prices, v_currencies, v_until)
         AS q (viewer, key, body, answered, quantity, price, currency, until)
    WHERE q.key IS NOT NULL AND q.answered IS NOT NULL
    ON CONFLICT DO NOTHING;
    IF v_grants > 0 THEN
        PERFORM eventlog_append('hold.created', v_topics, v_data, v_actors, v_viewers, p_at);
    END IF;
    nth := 0; outcome := coalesce(v_unit.status, ''); hold_id := v_unit.show_id; until := v_unit.moment;
    bound := v_emptied::int; taken := v_grants;
    RETURN NEXT;
END
$body$;
"""  # noqa: S608 - what is put in stands above

END = f"""
-- Ends live holds of one variant: their units go back on sale and their viewers are told. Those that ended
-- before are left as they are. The caller has locked them in its order, or does not mind to wait.
CREATE FUNCTION checkout_end_holds(
    p_variant uuid, p_variant_name text, p_ids uuid[], p_names text[], p_drop_names text[], p_actors text[],
    p_status text, p_actor text, p_at timestamptz, OUT ended int, OUT reopened uuid[]
) LANGUAGE plpgsql {_STEADY} AS $body$
DECLARE
    v_drops uuid[];
    v_drop_names text[];
    v_pieces int[];
    v_names text[];
    v_actors text[];
    v_viewers text[];
    v_topics text[];
    v_data jsonb[];
BEGIN
    WITH gone AS (
        UPDATE checkout_hold AS h SET status = p_status, ended_at = clock_timestamp()
        FROM unnest(p_ids, p_names, p_drop_names, p_actors) WITH ORDINALITY AS q (id, name, drop_name, actor, nth)
        WHERE h.id = q.id AND h.variant_id IS NOT DISTINCT FROM p_variant AND h.status || '' = 'active'
        RETURNING h.drop_id, h.show_id, h.quantity, h.unit_minor, h.currency, h.expires_at, h.extended, h.viewer_key,
                  q.name, q.drop_name, q.actor, q.nth
    )
    SELECT array_agg(g.drop_id), array_agg(g.drop_name), array_agg(g.quantity), array_agg(g.name), array_agg(g.actor),
           array_agg(g.viewer_key), array_agg(CASE WHEN g.show_id IS NULL THEN 'shop' ELSE 'show:' || g.show_id END),
           array_agg(jsonb_build_object(
               'hold_id', g.name, 'variant_id', p_variant_name, 'drop_id', g.drop_name, 'quantity', g.quantity,
               'unit_price_minor', g.unit_minor, 'currency', g.currency, 'extended', g.extended,
               'expires_at', to_char(g.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
           )), count(*)
    INTO v_drops, v_drop_names, v_pieces, v_names, v_actors, v_viewers, v_topics, v_data, ended
    FROM (SELECT * FROM gone ORDER BY nth) AS g;
    reopened := '{{}}';
    IF ended = 0 THEN
        RETURN;
    END IF;
    SELECT b.reopened INTO reopened FROM catalog_give_back_units(
        p_variant, p_variant_name, v_drops, v_drop_names, v_pieces, v_names, v_actors, p_actor, p_at
    ) AS b;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'fewer units of % are held than its holds say', p_variant USING ERRCODE = 'check_violation';
    END IF;
    PERFORM eventlog_append('hold.' || p_status, v_topics, v_data, v_actors, v_viewers, p_at);
END
$body$;
"""  # noqa: S608

DROP = """
DROP FUNCTION checkout_end_holds(uuid, text, uuid[], text[], text[], text[], text, text, timestamptz);
DROP FUNCTION checkout_reserve(
    uuid, text, uuid, text, int, timestamptz, bigint[], uuid[], text[], text[], text[], uuid[], text[], int[], bigint[],
    text[], uuid[], boolean[], interval[], boolean[], boolean[], uuid[], bytea[]
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0005_coupons_and_regions"),
        ("catalog", "0005_stock_functions"),
        ("eventlog", "0002_append_function"),
    ]
    operations = [
        # A hold is written once and found by few ways: an index of a column that is mostly null holds no nulls.
        migrations.AlterField(
            model_name="hold",
            name="variant",
            field=models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="+", to="catalog.variant"),
        ),
        migrations.AlterField(
            model_name="hold",
            name="drop",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="catalog.drop"
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="customer",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=models.SET_NULL, related_name="holds", to="checkout.customer"
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="order",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=models.SET_NULL, related_name="holds", to="checkout.order"
            ),
        ),
        migrations.RemoveIndex(model_name="hold", name="hold_by_viewer"),
        migrations.RemoveIndex(model_name="hold", name="hold_by_drop"),
        migrations.AddIndex(model_name="hold", index=models.Index(fields=["viewer_key"], name="hold_by_viewer_ever")),
        *(
            migrations.AddIndex(
                model_name="hold",
                index=models.Index(fields=[name], name=f"hold_by_its_{name}", condition=~models.Q(**{name: None})),
            )
            for name in ("drop", "customer", "order")
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["device"], name="hold_by_device", condition=~models.Q(device="")),
        ),
        migrations.RunSQL(RESERVE + END, DROP),
    ]
