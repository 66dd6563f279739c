import pytest

from payouts.rails.masking import hide_accounts


class TestHideAccounts:
    @pytest.mark.parametrize(
        ("words", "hidden"),
        [
            ("Account DE89370400440532013000 closed", "Account •••• 3000 closed"),
            ("Account DE89 3704 0044 0532 0130 00 closed", "Account •••• 3000 closed"),
            ("DE89-3704-0044-0532-0130-00 ACCOUNT CLOSED", "•••• 3000 ACCOUNT CLOSED"),
            ("GB29 NWBK 6016 1331 9268 19.", "•••• 6819."),
            ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "•••• 001S"),
            ("No account 0532 0130 00", "No account •••• 3000"),
            ("000123456789", "•••• 6789"),
        ],
        ids=["whole", "printed", "hyphens", "bank-code", "letters", "number", "american"],
    )
    def test_leaves_the_last_four_characters(self, words, hidden):
        assert hide_accounts(words) == hidden

    @pytest.mark.parametrize(
        "words",
        ["Payment P7K2M4X9QRTWA of 2026-03-02, 12:30", "R02 ACCOUNT CLOSED", "€1,234.56 in 500 payments"],
        ids=["day", "code", "amount"],
    )
    def test_leaves_other_words_as_they_are(self, words):
        assert hide_accounts(words) == words
