"""A situation and séances, for those who ask for them by name."""

import pytest

from tests.cases.sittings import sitting, situation


@pytest.fixture
def heard(cast):
    """The situation that the landlord brought, to be heard."""
    return situation(cast.landlord, cast.coordinator)


@pytest.fixture
def meeting(cast):
    """A séance to come."""
    return sitting(cast.coordinator)


@pytest.fixture
def past(cast):
    """A séance that has begun."""
    return sitting(cast.coordinator, days=-1)


@pytest.fixture
def coordination(cast, client_of):
    """The coordination's browser."""
    return client_of(cast.coordinator)
