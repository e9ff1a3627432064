"""Days with handovers, for the tests of their sign-off."""

from tests.handovers.conftest import coming, going, own, people  # noqa: F401
