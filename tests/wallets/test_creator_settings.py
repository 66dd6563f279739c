import uuid

import pytest

from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Block, CreatorSettings
from wallets.operations import creator_settings as operations
from wallets.operations.creator_settings import block_sender, set_gift_rules, unblock
from wallets.operations.gifts import GiftsOff, UnwantedWords
from wallets.operations.refusals import Blocked
from wallets.queries.creator_settings import blocks_of, creator_settings_of, is_blocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def viewer():
    return UserFactory()


def rules(creator, **facts) -> CreatorSettings:
    return set_gift_rules(**{"creator": creator, "gifts_off": False, "note": "", "unwanted": []} | facts)


class TestSetGiftRules:
    def test_stops_gifts_and_says_why(self, creator, viewer):
        rules(creator, gifts_off=True, note=" Back in May\u202e ")
        assert creator_settings_of(creator).note == "Back in May"
        with pytest.raises(GiftsOff, match="Back in May"):
            gift_from(viewer, creator)
        rules(creator)
        assert gift_from(viewer, creator)

    @pytest.mark.parametrize(
        "written", ["spoiler", "SPÖILER", "sp0iler", "ｓｐｏｉｌｅｒ", "no s\u200bpoiler!", "спойлер spоilеr"]
    )
    def test_refuses_unwanted_words_however_they_are_written(self, creator, viewer, written):
        assert rules(creator, unwanted=["Spoiler", "spoiler,", "  "]).words == ["spoiler"]
        with pytest.raises(UnwantedWords):
            gift_from(viewer, creator, message=f"What a {written}")
        assert gift_from(viewer, creator, message="What a spoilersport")

    def test_takes_many_words_from_one_text(self, creator):
        assert rules(creator, unwanted=["one two", "three"]).words == ["one", "three", "two"]

    @pytest.mark.parametrize(
        ("facts", "refusal"),
        [
            ({"note": "x" * 141}, operations.NoteTooLong),
            ({"unwanted": ["x" * 41]}, operations.InvalidWords),
            ({"unwanted": [f"word{number}x" for number in range(201)]}, operations.InvalidWords),
        ],
    )
    def test_refuses_too_much(self, creator, facts, refusal):
        with pytest.raises(refusal):
            rules(creator, **facts)
        assert not CreatorSettings.objects.exists()


class TestBlockSender:
    def test_stops_the_sender_of_a_gift(self, creator, viewer):
        gift = gift_from(viewer, creator)
        block = block_sender(creator=creator, gift_id=gift.pk, at=NOW)
        assert (block.blocked, block.unnamed) == (viewer, False)
        with pytest.raises(Blocked):
            gift_from(viewer, creator)
        assert gift_from(viewer, CreatorFactory())

    def test_happens_once(self, creator, viewer):
        gift = gift_from(viewer, creator)
        assert block_sender(creator=creator, gift_id=gift.pk, at=NOW) == block_sender(
            creator=creator, gift_id=gift.pk, at=NOW
        )

    def test_never_tells_who_sent_a_gift_without_a_name(self, creator, viewer):
        """Nor by a second block that is missing from the list."""
        named, unnamed = gift_from(viewer, creator), gift_from(viewer, creator, anonymous=True)
        for gift in (named, unnamed):
            block_sender(creator=creator, gift_id=gift.pk, at=NOW)
        assert sorted(block.unnamed for block in blocks_of(creator)) == [False, True]

    @pytest.mark.parametrize("whose", ["nobody's", "another's"])
    def test_is_refused_for_what_the_creator_did_not_receive(self, creator, viewer, whose):
        gift_id = uuid.uuid4() if whose == "nobody's" else gift_from(viewer, CreatorFactory()).pk
        with pytest.raises(operations.NotYourGift):
            block_sender(creator=creator, gift_id=gift_id, at=NOW)
        assert not Block.objects.exists()


class TestUnblock:
    def test_lets_the_viewer_send_again(self, creator, viewer):
        block_sender(creator=creator, gift_id=gift_from(viewer, creator).pk, at=NOW)
        [block] = blocks_of(creator)
        unblock(person=UserFactory(), block_id=block.pk)
        assert is_blocked(by=creator.pk, who=viewer.pk)
        unblock(person=creator, block_id=block.pk)
        unblock(person=creator, block_id=block.pk)
        assert not is_blocked(by=creator.pk, who=viewer.pk)
        assert gift_from(viewer, creator)
