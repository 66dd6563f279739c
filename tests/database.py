"""The tests' database: put back after tests with real threads, and asked what a test wrote."""

from django.db import connection

_KEEP = """
    DROP SCHEMA IF EXISTS pristine CASCADE;
    CREATE SCHEMA pristine;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('CREATE TABLE pristine.%1$I AS TABLE public.%1$I', name);
        END LOOP;
    END $$;
    CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica
    AS $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'pristine' LOOP
            EXECUTE format('DELETE FROM public.%1$I', name);
            EXECUTE format('INSERT INTO public.%1$I TABLE pristine.%1$I', name);
        END LOOP;
    END $$;
"""


def keep() -> None:
    """Remember every row, as migrations left them. A database that is used again (`--reuse-db`) is put back
    first, where a run that was killed had no time to; migrations that came since are remembered anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pristine.django_migrations') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("TABLE public.django_migrations EXCEPT TABLE pristine.django_migrations")
            if not cursor.fetchall():
                restore()
                return
        cursor.execute(_KEEP)


def restore(*_) -> None:
    """Every table as it was kept. No trigger and no foreign key is asked, and unlike TRUNCATE it touches no
    files: a fiftieth of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pristine.restore()")


def written() -> set[str]:
    """The tables whose rows the open transaction changed, also where it took that back since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name for (name,) in cursor.fetchall()}
