from pathlib import Path

import pytest
from pydantic import ValidationError

from app.secret_key import keep_secret_key, kept_secret_key, secret_key
from app.settings import Settings


def test_defaults_are_a_local_server_with_its_own_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.public_url == settings.local_url == "http://127.0.0.1:8000"
    assert settings.url == f"sqlite:///{tmp_path / 'var' / 'huashu.sqlite3'}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("host", "base", "local", "public"),
    [
        ("0.0.0.0", "", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("::", "", "http://[::1]:8000", "http://[::1]:8000"),
        ("10.0.0.5", "https://kf.example.com/", "http://10.0.0.5:8000", "https://kf.example.com"),
    ],
)
def test_links_lead_to_where_people_reach_the_server(host: str, base: str, local: str, public: str) -> None:
    settings = Settings(host=host, base_url=base)
    assert (settings.local_url, settings.public_url) == (local, public)


@pytest.mark.parametrize("placeholder", ["changeme", "CHANGE-ME", "secret", "too short"])
def test_placeholder_secret_is_refused(placeholder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUASHU_SECRET_KEY", placeholder)
    with pytest.raises(ValidationError, match="HUASHU_SECRET_KEY"):
        Settings()


@pytest.mark.parametrize(("name", "value"), [("TIMEZONE", "Mars/Base"), ("PORT", "0"), ("PORT", "http")])
def test_unusable_value_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HUASHU_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_generated_key_is_kept_for_every_process(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert kept_secret_key(settings) is None
    first = secret_key(settings)
    assert len(first) >= 40
    assert secret_key(Settings(data_dir=tmp_path)) == first == kept_secret_key(settings)
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_given_key_is_used_and_not_written_down(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key="0123456789abcdef0123")
    assert secret_key(settings) == "0123456789abcdef0123"
    assert list(tmp_path.iterdir()) == []


def test_restored_key_takes_the_place_of_the_kept_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    secret_key(settings)
    keep_secret_key(tmp_path, "restored")
    assert secret_key(settings) == "restored"
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
