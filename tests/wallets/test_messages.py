import pytest

from wallets.messages import visible


class TestVisible:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("  Bravo! ", "Bravo!"),
            ("\u202eBravo\u202c", "Bravo"),
            ("Bra\u200bvo\ufeff\x07", "Bravo"),
            ("one\r\ntwo\tthree", "one  two three"),
            ("👩\u200d🚀 ❤\ufe0f", "👩\u200d🚀 ❤\ufe0f"),
            ("مرحبا", "مرحبا"),
            ("e\u0301", "e\u0301"),
        ],
    )
    def test_keeps_what_is_seen(self, text, kept):
        assert visible(text) == kept

    @pytest.mark.parametrize(
        "text", ["", " ", "\u202e\u200b", "\u200d", "\u2066 \u200d \u2069", "\ufe0f", "\u00ad"]
    )
    def test_leaves_nothing_of_what_is_invisible(self, text):
        assert visible(text) == ""
