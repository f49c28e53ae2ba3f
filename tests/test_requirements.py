import pytest

from . import requirements


@pytest.fixture
def unreachable(monkeypatch):
    monkeypatch.setitem(requirements.PROBES, "redis", lambda: "nobody listens")
    requirements.why_not.cache_clear()
    yield
    requirements.why_not.cache_clear()


def test_what_can_not_be_reached_is_skipped_and_says_why(unreachable, monkeypatch):
    monkeypatch.setenv("CLIENTPORTAL_REQUIRE", "chromium")
    with pytest.raises(pytest.skip.Exception, match="redis can't be reached: nobody listens"):
        requirements.require("redis")


def test_what_is_required_and_can_not_be_reached_fails(unreachable, monkeypatch):
    monkeypatch.setenv("CLIENTPORTAL_REQUIRE", "chromium, redis")
    with pytest.raises(pytest.fail.Exception, match="redis is required"):
        requirements.require("redis")


def test_a_misspelt_requirement_is_not_taken_for_none(unreachable, monkeypatch):
    monkeypatch.setenv("CLIENTPORTAL_REQUIRE", "reddis")
    with pytest.raises(ValueError, match="reddis"):
        requirements.require("redis")


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        requirements.require("postgres")


def test_a_run_on_a_database_that_can_not_be_reached_ends_and_says_why(unreachable, monkeypatch):
    monkeypatch.setenv("CLIENTPORTAL_DATABASE", "redis")
    monkeypatch.setenv("CLIENTPORTAL_REQUIRE", "")
    with pytest.raises(pytest.exit.Exception, match="it is skipped: nobody listens") as end:
        requirements.require_database()
    assert end.value.returncode == 0


def test_a_run_on_a_database_that_is_required_and_can_not_be_reached_fails(unreachable, monkeypatch):
    monkeypatch.setenv("CLIENTPORTAL_DATABASE", "redis")
    monkeypatch.setenv("CLIENTPORTAL_REQUIRE", "redis")
    with pytest.raises(pytest.exit.Exception, match="redis is required") as end:
        requirements.require_database()
    assert end.value.returncode == 1
