"""The command line: `huashu COMMAND`. Each command loads what it needs when it runs, so that `--help` is quick."""

from app.cli.commands import main

__all__ = ["main"]
