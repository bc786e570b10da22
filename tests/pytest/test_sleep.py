"""For the test that kills the controller: these are too busy to notice."""

import time

import pytest

from conftest import write_trace


@pytest.mark.sleep
@pytest.mark.parametrize("_", range(4))
def test_sleep(duet_profile_clean, duet_localhost, _):
    write_trace(("asleep", duet_localhost.label))
    time.sleep(600)
