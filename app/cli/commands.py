"""All commands, and how each ends: exit code 0, or one line on stderr and another code."""

import sys
from collections.abc import Callable
from pathlib import Path

import typer

from app.cli import accounts, asking, cards, conversations, inspection, samples, serving, upkeep
from app.cli.failures import CANCELLED, LOG_NAME, failure

app = typer.Typer(
    name="huashu",
    help="话术：客服知识库。设置写在 HUASHU_… 环境变量里，见 README。",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serving.serve,
    "import-cards": cards.import_cards,
    "export-cards": cards.export_cards,
    "import-conversations": conversations.import_conversations,
    "erase-customer": conversations.erase_customer,
    "inspect": inspection.inspect,
    "suggest": asking.suggest,
    "evaluate": asking.evaluate,
    "create-account": accounts.create_account,
    "create-token": accounts.create_token,
    "reindex": upkeep.reindex,
    "backup": upkeep.backup,
    "restore": upkeep.restore,
    "remove-samples": samples.remove_samples,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    try:
        ended = app(arguments, standalone_mode=False)
        code = ended if isinstance(ended, int) else 0
        if code == CANCELLED:
            code = _tell(KeyboardInterrupt())
    except typer.Abort:
        code = _tell(KeyboardInterrupt())
    except typer.TyperException as error:
        print(f"错误：命令写得不对（{error.format_message()}）；用法见 huashu --help。", file=sys.stderr)
        code = error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        code = _tell(error)
    sys.exit(code)


def _tell(error: BaseException) -> int:
    line, code = failure(error, _log_file())
    print(f"错误：{line}", file=sys.stderr)
    return code


def _log_file() -> Path:
    """In the data directory where there is one, else here."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        folder = Settings().data_dir
    except ValidationError:
        folder = Path()
    return (folder if folder.is_dir() else Path()) / LOG_NAME
