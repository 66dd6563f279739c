"""The feed's statements. Each row is (kind, creator, written in, facts); each statement tells its snapshot,
the position in the feed that its rows lead to."""

from django.conf import settings

_POSITION = """
    SELECT 'position' AS kind, NULL::uuid AS creator, NULL::text AS written_in,
        json_build_object('snapshot', pg_current_snapshot()::text, 'at', clock_timestamp()) AS facts
"""

# Rows older than the window are not looked for: it bounds what a look costs.
_GIFTS = """
    SELECT 'gift', gift.creator_id, gift.written_in::text, json_build_object(
        'id', gift.id, 'stream', gift.stream_id, 'viewer', gift.viewer_id, 'anonymous', gift.anonymous,
        'sender', CASE WHEN gift.anonymous THEN '' ELSE SENDER_NAME END,
        'run', CASE WHEN gift.streak_id IS NOT NULL THEN
            md5(concat_ws('|', gift.streak_id, gift.viewer_id, gift.gift_type_id, gift.anonymous)) END,
        'slug', kind.slug, 'name', kind.name, 'picture', kind.picture, 'price', kind.coins,
        'quantity', gift.quantity, 'coins', gift.coins, 'diamonds', gift.diamonds,
        'message', gift.message, 'at', gift.sent_at)
    FROM wallets_gift gift
    JOIN wallets_gifttype kind ON kind.id = gift.gift_type_id
    JOIN PEOPLE sender ON sender.id = gift.viewer_id
    WHERE gift.creator_id = ANY(%(creators)s) AND gift.sent_at > %(since)s
        AND NOT pg_visible_in_snapshot(gift.written_in, %(position)s::pg_snapshot)
"""
_TAKEN = """
    SELECT 'taken', reversal.creator_id, reversal.written_in::text, json_build_object(
        'id', gift.id, 'stream', gift.stream_id, 'viewer', gift.viewer_id, 'anonymous', gift.anonymous,
        'sender', CASE WHEN gift.anonymous THEN '' ELSE SENDER_NAME END,
        'run', CASE WHEN gift.streak_id IS NOT NULL THEN
            md5(concat_ws('|', gift.streak_id, gift.viewer_id, gift.gift_type_id, gift.anonymous)) END,
        'quantity', gift.quantity, 'coins', COINS_BACK, 'diamonds', reversal.diamonds,
        'undone', reversal.cause = 'undo', 'at', reversal.at)
    FROM wallets_giftreversal reversal
    JOIN wallets_gift gift ON gift.id = reversal.gift_id
    JOIN PEOPLE sender ON sender.id = gift.viewer_id
    WHERE reversal.creator_id = ANY(%(creators)s) AND reversal.at > %(since)s
        AND NOT pg_visible_in_snapshot(reversal.written_in, %(position)s::pg_snapshot)
"""
_OPEN = """
    SELECT 'stream', stream.creator_id, NULL, json_build_object(
        'id', stream.id, 'title', stream.title, 'goal', stream.goal, 'goal_unit', stream.goal_unit,
        'goal_words', stream.goal_words, 'at', stream.started_at)
    FROM wallets_stream stream WHERE stream.creator_id = ANY(%(creators)s) AND stream.ended_at IS NULL
"""
_OVERLAYS = """
    SELECT 'overlay', overlay.creator_id, NULL, json_build_object(
        'digest', overlay.digest, 'saved', overlay.saved_at, 'tested', overlay.tested_at)
    FROM wallets_overlay overlay WHERE overlay.creator_id = ANY(%(creators)s)
"""
# What an open stream has brought so far. A gift that was under way may be older than the stream.
_SUMS = """
    SELECT 'sum', moved.creator_id, NULL, json_build_object(
        'stream', moved.stream_id, 'viewer', moved.viewer_id, 'anonymous', moved.anonymous,
        'sender', CASE WHEN moved.anonymous THEN '' ELSE max(SENDER_NAME) END,
        'coins', sum(moved.coins), 'diamonds', sum(moved.diamonds))
    FROM (
        SELECT gift.creator_id, gift.stream_id, gift.viewer_id, gift.anonymous, gift.coins, gift.diamonds
        FROM wallets_stream stream JOIN wallets_gift gift ON gift.creator_id = stream.creator_id
            AND gift.stream_id = stream.id AND gift.sent_at > stream.started_at - interval '10 minutes'
        WHERE stream.creator_id = ANY(%(creators)s) AND stream.ended_at IS NULL
        UNION ALL
        SELECT gift.creator_id, gift.stream_id, gift.viewer_id, gift.anonymous,
            -COINS_BACK, -reversal.diamonds
        FROM wallets_stream stream JOIN wallets_giftreversal reversal
            ON reversal.creator_id = stream.creator_id AND reversal.at > stream.started_at
        JOIN wallets_gift gift ON gift.id = reversal.gift_id AND gift.stream_id = stream.id
        WHERE stream.creator_id = ANY(%(creators)s) AND stream.ended_at IS NULL
    ) moved JOIN PEOPLE sender ON sender.id = moved.viewer_id
    GROUP BY moved.creator_id, moved.stream_id, moved.viewer_id, moved.anonymous
"""


def _joined(*parts: str) -> str:
    return _named(" UNION ALL ".join(parts))


def _named(statement: str) -> str:
    """With the table of people, a sender's name as `Gift.sender` has it, and how many of its coins a reversal
    takes from a gift: those of a refund or a dispute went back another way, its diamonds tell."""
    share = "coalesce(reversal.diamonds * gift.coins / nullif(gift.diamonds, 0), 0)"
    back = f"CASE reversal.cause WHEN 'undo' THEN reversal.coins ELSE {share} END"
    name = "coalesce(nullif(sender.display_name, ''), '@' || nullif(sender.handle, ''), 'A viewer')"
    people = settings.AUTH_USER_MODEL.lower().replace(".", "_")
    return statement.replace("SENDER_NAME", name).replace("PEOPLE", people).replace("COINS_BACK", back)


LOOK = _joined(_POSITION, _OPEN, _OVERLAYS, _GIFTS, _TAKEN)
REPLAY = _joined(_POSITION, _GIFTS, _TAKEN)
BEGIN = _joined(_POSITION, _OPEN, _OVERLAYS, _SUMS)

# Tells how many watch each stream through this process; answers with all processes' sum, and keeps the most.
COUNT = """
    WITH told AS (
        INSERT INTO wallets_streamaudience (stream_id, process, viewers, seen_at)
        SELECT stream_id, %(process)s, viewers, now()
        FROM unnest(%(streams)s::uuid[], %(viewers)s::integer[]) AS mine(stream_id, viewers)
        ON CONFLICT (stream_id, process) DO UPDATE SET viewers = excluded.viewers, seen_at = excluded.seen_at
        RETURNING stream_id, viewers
    ), summed AS (
        SELECT told.stream_id, told.viewers + coalesce((
            SELECT sum(other.viewers) FROM wallets_streamaudience other
            WHERE other.stream_id = told.stream_id AND other.process <> %(process)s
                AND other.seen_at > now() - interval '15 seconds'
        ), 0)::integer AS viewers FROM told
    ), peaks AS (
        UPDATE wallets_stream stream SET peak_viewers = summed.viewers FROM summed
        WHERE stream.id = summed.stream_id AND stream.peak_viewers < summed.viewers
    )
    SELECT stream_id, viewers FROM summed
"""

CREATOR = _named("SELECT id FROM PEOPLE WHERE handle = %s AND is_creator AND is_active")
OVERLAY = "SELECT creator_id FROM wallets_overlay WHERE digest = %s"
