import pytest

from wallets.messages import has_contacts, masked, visible, words


class TestVisible:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("  Bravo!  ", "Bravo!"),
            ("Encore\n\tonce\r more", "Encore  once  more"),
            ("\u202eevil\u202c \u2066right\u2069", "evil right"),
            ("Hello\u200b\ufeff\u00ad \x7fthere\u0085now", "Hello there now"),
            ("I \u2764\ufe0f it", "I \u2764\ufe0f it"),
            ("\U0001f469\u200d\U0001f469", "\U0001f469\u200d\U0001f469"),
            ("نحبك", "نحبك"),
            ("e\u0301", "e\u0301"),
            ("\u3000wide\u2003", "wide"),
            ("", ""),
            ("\u200b", ""),
            ("\u202e\u200d", ""),
            ("\ufe0f\u200d", ""),
        ],
        ids=ascii,
    )
    def test_keeps_what_can_be_seen(self, written, shown):
        assert visible(written) == shown


class TestWords:
    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("Hello, World!", ["hello", "world"]),
            ("ＦＵＬＬ 𝓌𝒾𝒹𝓉𝒽", ["full", "width"]),
            ("Ünïcödé Straße", ["unicode", "strasse"]),
            ("h\u0435ll\u043e", ["hello"]),
            ("sp0iler_alert", ["spoiler", "alert"]),
            ("ﬁne ①", ["fine", "i"]),
            ("你好 世界", ["你好", "世界"]),
            ("🎉 ❤️", []),
            ("", []),
        ],
        ids=ascii,
    )
    def test_reads_letters_however_they_are_dressed_up(self, written, said):
        assert words(written) == said


class TestMasked:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("What the shit is this?", "What the **** is this?"),
            ("SHIT! ｓｈｉｔ 𝐬𝐡𝐢𝐭 sh1t $hit", "****! **** **** **** ****"),
            ("s\u0336h\u0336i\u0336t\u0336 yes", "*******\u0336 yes"),
            ("shiiiiit", "********"),
            ("s.h.i.t and s h i t", "******* and * * * *"),
            ("blow job", "**** ***"),
            ("Scunthorpe classic, a class assessment", "Scunthorpe classic, a class assessment"),
            ("Grüße 🎉 ❤️ e\u0301", "Grüße 🎉 ❤️ e\u0301"),
            ("", ""),
        ],
        ids=ascii,
    )
    def test_puts_stars_for_rude_words_alone(self, written, shown):
        assert masked(written) == shown
        assert len(masked(written)) == len(written)


class TestHasContacts:
    @pytest.mark.parametrize(
        "written",
        [
            "https://example.com",
            "hTTp : //x",
            "see www.example",
            "example.com",
            "EXAMPLE．ＣＯＭ",
            "example。com",
            "t.me/somebody",
            "example (dot) com",
            "example dot com",
            "me@example.test",
            "call +49 170 1234567",
            "0170/123-45-67 8",
            "０１７０１２３４５６７",
            "٠١٧٠١٢٣٤٥٦٧",
        ],
        ids=ascii,
    )
    def test_finds_links_addresses_and_numbers(self, written):
        assert has_contacts(written)

    @pytest.mark.parametrize(
        "written",
        [
            "I love it. Me too!",
            "10/10 on 2026-03-10, see you at 20:15",
            "100,000,000 thanks",
            "Thanks...to you",
            "So good.Come back",
            "@lumi you rock",
            "",
        ],
        ids=ascii,
    )
    def test_lets_everything_else_be(self, written):
        assert not has_contacts(written)
