"""The fixtures of the tests of verifiers."""

from tests.reviews.conftest import panel as panel
