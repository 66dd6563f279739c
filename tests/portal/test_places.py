import pytest

from portal.places import is_time_zone, time_zone_of


class TestTimeZoneOf:
    @pytest.mark.parametrize(
        ("country", "zone"),
        [
            ("DE", "Europe/Berlin"),
            ("US", "America/New_York"),
            ("JP", "Asia/Tokyo"),
            ("XX", "UTC"),
            ("", "UTC"),
        ],
    )
    def test_is_where_most_people_live(self, country, zone):
        assert time_zone_of(country) == zone
        assert is_time_zone(zone)
