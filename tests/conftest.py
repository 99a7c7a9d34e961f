"""How many examples the property tests try, chosen by the environment (see `support.profile`)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from support import profile

_COMMON = settings(
    deadline=None,  # PNGs are written in plain Python, and coverage slows everything down
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=profile.IN_CI,
)
settings.register_profile("default", _COMMON, max_examples=60, derandomize=profile.IN_CI)
settings.register_profile("nightly", _COMMON, max_examples=60 * profile.NIGHTLY_FACTOR)
settings.load_profile(profile.NAME)
