"""The guard reaches its goals on texts it was written with, and on texts it never saw."""

import pytest

from tests.anonymity.corpora import lowered, measured, shouted

pytestmark = pytest.mark.once

CORPORA = ("dev", "own", "held_out")
EXACT = ("PHONE", "EMAIL", "NIR", "IBAN", "PLATE", "FILE_ID", "URL")


def share(found):
    return found[0] / found[1]


@pytest.fixture(params=CORPORA)
def corpus(request):
    return request.param


def test_nearly_everything_that_identifies_is_found(corpus):
    figures = measured(corpus)
    assert figures["recall"] >= 0.97, figures["misses"]
    assert figures["char_recall"] >= 0.95


def test_clean_texts_raise_next_to_no_alarm(corpus):
    figures = measured(corpus)
    assert figures["false_alarms_per_100_clean_words"] <= 0.5, figures["alarms"]


def test_nothing_is_missed_in_nearly_nine_texts_of_ten(corpus):
    figures = measured(corpus)
    assert figures["texts_with_nothing_missed"] >= 0.88, figures["misses"]


@pytest.mark.parametrize("label", EXACT)
def test_no_number_address_of_mail_or_link_is_missed(corpus, label):
    found = measured(corpus)["by_label"].get(label)
    assert found is None or share(found) == 1, measured(corpus)["misses"]


@pytest.mark.parametrize("label", ["PERSON", "ADDRESS"])
def test_names_and_addresses_are_found(corpus, label):
    assert share(measured(corpus)["by_label"][label]) >= 0.97, measured(corpus)["misses"]


def test_the_person_is_found_when_the_vault_holds_their_name(corpus):
    assert share(measured(corpus)["known_subject"]) >= 0.98


def test_small_letters_hide_little(corpus):
    assert measured(corpus, lowered)["recall"] >= 0.85


def test_capitals_raise_few_alarms(corpus):
    assert measured(corpus, shouted)["false_alarms_per_100_clean_words"] <= 1.5
