"""Passwords that the council's words, people's habits or the keyboard make up are refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from governance.models import User
from governance.passwords import LEFT, GuessableValidator, what_is_left

NURSE = User(email="nora.cmp@demo.example", first_name="Nora", last_name="Delannoy")


def refused_by(password: str) -> set[str]:
    try:
        validate_password(password, NURSE)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "CLSM de Lille 2026",
        "conseil-local-sante-mentale",
        "conseil local de santé mentale",
        "Lille Hellemmes Lille",
        "Nora Delannoy 2024!",
        "delannoy.nora@demo",
        "azertyuiopqsdfghjklm",
        "1234 4321 1234 4321",
        "abcdefghijklmnop",
        "Soleil Soleil Soleil",
        "aaaaaaaaaaaaaaaaaaaa",
        "motdepasse motdepasse",
        "Bienvenue à Lille 123456",
        "sunshine football!!",
        "chocolatprincesse1",
    ],
)
def test_a_password_that_is_guessed_is_refused(council, password):
    assert len(password) >= 15
    assert "password_guessable" in refused_by(password)


@pytest.mark.parametrize(
    "password",
    [
        "cheval correct pile agrafe",
        "marguerite-vélo-granit-neuf",
        "promenade à Lille en vélo rouge",
        "une phrase de passe bien longue",
        "Xk7#vQ2!mZ9$wB4&",
    ],
)
def test_words_without_a_link_between_them_are_accepted(council, password):
    assert refused_by(password) == set()


@given(
    st.lists(
        st.sampled_from(["clsm", "Lille", "Santé", "conseil", "Nora", "2026", "azerty", "123456"]),
        min_size=3,
        max_size=12,
    ),
    st.sampled_from(["", " ", "-", "."]),
)
def test_however_the_words_of_the_council_are_put_together_nothing_is_left(parts, between):
    left = what_is_left(between.join(parts), ["CLSM de Lille", "Lille", "Nora"])
    assert len(left) < LEFT


@given(st.permutations("bdkpt"), st.integers(3, 25))
def test_a_repetition_counts_once(letters, times):
    assert len(what_is_left("".join(letters) * times)) == len(letters)


def test_a_very_long_password_is_judged_at_once(council):
    GuessableValidator().validate("Xk7#vQ2!mZ9$wB4&" + "ab" * 1_000_000, NURSE)
