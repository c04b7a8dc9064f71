"""The fixed cast, on a council with Lille's profile: every test knows these people."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from governance.models import Council, Membership
from governance.viewer import Viewer
from tests import factories


@dataclass(frozen=True)
class Cast:
    """A coordinator, partners of different professions, COPIL, manager; all of one council."""

    council: Council
    coordinator: Membership
    landlord: Membership  # social landlord: not a listed profession
    nurse: Membership  # CMP nurse: health professional, bound by secrecy
    hygiene: Membership  # hygiene inspector: not listed
    social_worker: Membership  # listed (R. 1110-2 CSP)
    police: Membership  # police and prevention: not listed
    elected: Membership  # COPIL member
    users_representative: Membership  # COPIL member
    manager: Membership

    def __iter__(self):
        return iter(
            (
                self.coordinator,
                self.landlord,
                self.nurse,
                self.hygiene,
                self.social_worker,
                self.police,
                self.elected,
                self.users_representative,
                self.manager,
            )
        )


@pytest.fixture(autouse=True)
def _no_attempts_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def council(db) -> Council:
    return factories.lille()


@pytest.fixture
def cast(council) -> Cast:
    def partner(email, organisation, kind, category, secrecy):
        return factories.member(
            council,
            email,
            "partner",
            organisation=factories.organisation(council, organisation, kind),
            profession_category=category,
            secrecy_status=secrecy,
        )

    return Cast(
        council=council,
        coordinator=factories.member(council, "camille.coordination@demo.example", "coordinator"),
        landlord=partner(
            "louis.bailleur@demo.example", "Habitat du Nord", "social_landlord", "landlord",
            "charter_only",
        ),
        nurse=partner(
            "nora.cmp@demo.example", "CMP du 59G23", "public_psychiatry_adult",
            "health_professional", "law",
        ),
        hygiene=partner(
            "hugo.hygiene@demo.example", "Service hygiène et santé", "city_hygiene",
            "town_service", "duty_of_discretion",
        ),
        social_worker=partner(
            "sofia.ccas@demo.example", "CCAS", "ccas", "social_worker", "law"
        ),
        police=partner(
            "paul.clspd@demo.example", "CLSPD", "city_clspd", "police", "duty_of_discretion"
        ),
        elected=factories.member(council, "elise.elue@demo.example", "copil", college="elected"),
        users_representative=factories.member(
            council, "ugo.usagers@demo.example", "copil", college="users"
        ),
        manager=factories.member(council, "marc.technique@demo.example", "manager"),
    )  # fmt: skip


@pytest.fixture
def viewer_of():
    """A fresh Viewer of a membership's user, as each request makes one."""

    def make(membership: Membership) -> Viewer:
        return Viewer(type(membership.user).objects.get(pk=membership.user_id))

    return make


@pytest.fixture
def client_of():
    """A test client of a membership's user, signed in with their second factor."""

    def make(membership: Membership) -> Client:
        return factories.sign_in(Client(), membership.user)

    return make
