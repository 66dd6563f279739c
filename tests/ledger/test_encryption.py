import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from ledger.encryption import UnableToDecrypt, decrypt, digest, encrypt
from payouts.models import PayoutMethod


@pytest.fixture
def keys(settings):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode() for _ in range(2)]
    return settings.FIELD_ENCRYPTION_KEYS


class TestEncrypt:
    def test_hides_and_brings_back(self, keys):
        hidden = encrypt("DE89370400440532013000")
        assert "DE89" not in hidden
        assert decrypt(hidden) == "DE89370400440532013000"

    def test_reads_what_an_older_key_wrote(self, keys, settings):
        hidden = encrypt("old")
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *keys]
        assert decrypt(hidden) == "old"

    def test_never_shows_ciphertext_for_text(self, keys, settings):
        hidden = encrypt("secret")
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(UnableToDecrypt):
            decrypt(hidden)

    def test_refuses_a_key_that_is_none(self, settings):
        settings.FIELD_ENCRYPTION_KEYS = ["short"]
        with pytest.raises(ImproperlyConfigured):
            encrypt("secret")


class TestDigest:
    def test_is_equal_for_equal_texts_and_survives_a_new_key_in_front(self, keys, settings):
        before = digest("DE89370400440532013000")
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *keys]
        assert digest("DE89370400440532013000") == before != digest("NL91ABNA0417164300")


class TestEncryptedTextField:
    def test_can_t_be_searched(self):
        with pytest.raises(TypeError, match="can't be looked up"):
            PayoutMethod.objects.filter(holder="DE89370400440532013000")
