"""Putting the sample company into an empty database."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from api.accounts import create_login_link, drop_expired_logins
from app.card_import import CardFile, CardImporter, ImportOrder, Stages
from app.database import transaction
from app.errors import SamplesMissingError
from app.samples.company import FILE_NAME, add_company, demo_accounts, read_company
from kb.cards.importing import ImportReport
from kb.cards.tables import Card, CardChange

ACTOR = "samples"
"""Who writes sample cards; a revision by anybody else makes a card one's own."""
FOLDER = Path(__file__).parents[2] / "data" / "faq"


def is_untouched(session: Session) -> bool:
    """Whether the database never held a card; one whose samples were removed is not untouched."""
    return all(session.exec(select(table.id).limit(1)).first() is None for table in (Card, CardChange))


def load_samples(importer: CardImporter, zone: ZoneInfo, stages: Stages, folder: Path = FOLDER) -> ImportReport:
    """Company, accounts and published cards; may be repeated after it was interrupted.

    Raises:
        SamplesMissingError: the folder is not there, or a card in it is wrong.
    """
    files = sorted(folder.glob("*/*.yaml"))
    if not files or not (folder / FILE_NAME).exists():
        raise SamplesMissingError(
            f"找不到示例知识库 {folder}（只有源码目录里有）；请在源码目录运行，或不带 --samples 启动。"
        )
    with transaction(importer.engine) as session:
        add_company(session, read_company(folder), importer.clock())
    named = [CardFile(file, f"{file.parent.name}/{file.name}") for file in files]
    order = ImportOrder(named, ACTOR, zone, publish=True, is_demo=True)
    report = importer.run(order, stages)
    if report.refused:
        first = report.refused[0]
        raise SamplesMissingError(f"示例知识库有误：{first.file}:{first.row} {first.column} {first.reason}")
    return report


def fresh_login_links(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Role and secret of a new one-time link for each demo account, lowest role first."""
    drop_expired_logins(session, now)
    return [(account.role, create_login_link(session, account, now)) for account in demo_accounts(session)]
