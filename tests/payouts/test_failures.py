import pytest

from payouts.rails.failures import Action, explain, known


class TestExplain:
    @pytest.mark.parametrize(
        ("code", "action"),
        [("BE01", "fix"), ("AM04", "wait"), ("AC04", "replace"), ("MD07", "replace"), ("FRAD", "final")],
    )
    def test_says_what_can_help(self, code, action):
        assert explain(code).action == action

    @pytest.mark.parametrize("code", ["ZZ99", "", "<b>"])
    def test_leaves_an_unknown_code_to_a_person(self, code):
        failure = explain(code)
        assert failure.action is Action.WAIT
        assert "look into it" in str(failure)

    def test_does_not_promise_to_retry_what_came_back(self):
        assert "try again" in str(explain("MS03"))
        assert "try again" not in str(explain("MS03", returned=True))
        assert str(explain("AC04", returned=True)) == str(explain("AC04"))


class TestKnown:
    def test_says_both_what_happened_and_what_to_do(self):
        for failure in known():
            assert failure.what_happened.endswith(".")
            assert failure.what_to_do.endswith(".")

    def test_is_the_table_that_the_documentation_shows(self, pytestconfig):
        page = (pytestconfig.rootpath / "docs" / "rails.md").read_text()
        rows = [
            f"| `{row.code}` | {row.what_happened} | {row.what_to_do} | {row.action} |" for row in known()
        ]
        assert "\n".join(rows) in page
