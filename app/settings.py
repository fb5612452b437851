"""Every setting, read from the environment here and nowhere else."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PLACEHOLDERS = {"changeme", "change-me", "secret", "placeholder", "your-secret-key", "password", "xxx"}
_MIN_SECRET_CHARS = 16


class Settings(BaseSettings):
    """`HUASHU_…` variables with their defaults.

    Raises:
        pydantic.ValidationError: an unusable value, named.
    """

    model_config = SettingsConfigDict(env_prefix="HUASHU_", extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    base_url: str = ""
    model: str = ""
    timezone: str = "Asia/Shanghai"
    secret_key: SecretStr = SecretStr("")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"HUASHU_TIMEZONE：不认识时区 {value}，请写成 Asia/Shanghai 这样的名字") from error
        return value

    @field_validator("secret_key")
    @classmethod
    def _real_secret(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and (text.lower() in _PLACEHOLDERS or len(text) < _MIN_SECRET_CHARS):
            raise ValueError(
                f"HUASHU_SECRET_KEY 还是占位值或太短（至少 {_MIN_SECRET_CHARS} 个字符）；"
                "请换成随机长串，或删去此变量，由程序自动生成"
            )
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times written without one."""
        return ZoneInfo(self.timezone)

    @property
    def sqlite_path(self) -> Path:
        """Where the default database lies."""
        return self.data_dir.resolve() / "huashu.sqlite3"

    @property
    def url(self) -> str:
        """The database actually used."""
        return self.database_url or f"sqlite:///{self.sqlite_path}"

    @property
    def local_url(self) -> str:
        """The server as this machine reaches it, without trailing slash."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def public_url(self) -> str:
        """Start of every link the program prints or sends, without trailing slash."""
        return self.base_url.rstrip("/") or self.local_url
