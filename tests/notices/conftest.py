"""The stage of the tests of evidence, whose notices these are."""

from tests.evidence.conftest import ada as ada
from tests.evidence.conftest import court as court
from tests.evidence.conftest import spring as spring
