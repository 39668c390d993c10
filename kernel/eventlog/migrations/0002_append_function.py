"""Appending many events by one statement out of SQL: for functions that change state for many people at once.

The rules are those of store.append: last in the transaction, after the row locks; who calls rings the bell.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION eventlog_append(
    p_type text, p_topics text[], p_data jsonb[], p_actors text[], p_receivers text[], p_at timestamptz
) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    -- A UUIDv7: the milliseconds, then random bits. PostgreSQL 18 has a function for it, 15 has none.
    v_millis text := lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0');
    v_head text := substr(v_millis, 1, 8) || '-' || substr(v_millis, 9, 4) || '-7';
BEGIN
    INSERT INTO eventlog_eventrecord (event_id, topic, type, version, data, actor, "to", at)
    SELECT (v_head || substr(gen_random_uuid()::text, 16))::uuid, e.topic, p_type, 1, e.data, left(e.actor, 80),
           e.receiver, p_at
    FROM unnest(p_topics, p_data, p_actors, p_receivers) WITH ORDINALITY AS e (topic, data, actor, receiver, nth)
    ORDER BY e.nth;
END
$body$;
"""
DROP = "DROP FUNCTION eventlog_append(text, text[], jsonb[], text[], text[], timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("eventlog", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
