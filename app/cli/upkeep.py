"""`reindex`, `backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.failures import writing
from app.cli.progress import progress


def reindex() -> None:
    """重建向量索引：丢弃索引快照，补算缺少的向量。正在运行的服务不受影响。"""
    from app.composition import open_parts
    from app.settings import Settings

    with open_parts(Settings()) as parts, progress() as stages:
        parts.index_store.drop()
        catalogue = parts.catalogue(stages)
        parts.save_index(catalogue)
    print(f"索引已重建：{len(catalogue)} 张知识卡，{len(catalogue.index)} 个问题。")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份写到这个文件；含账号和密钥，请妥善保管")],
) -> None:
    """备份全部数据（数据库、密钥）到一个文件；服务不必停。"""
    from app.backups.backing_up import back_up
    from app.composition import open_parts, present
    from app.secret_key import FILE_NAME, kept_secret_key
    from app.settings import Settings

    settings = Settings()
    key, key_file = kept_secret_key(settings), settings.data_dir / FILE_NAME
    with open_parts(settings) as parts, writing(file):
        size = back_up(parts.engine, key, file, present(), never_over=[key_file])
    print(f"已备份到 {file}（{size / 1024**2:.1f} MB）。")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="huashu backup 制作的文件")],
) -> None:
    """用备份替换现有全部数据；服务不必停，一两秒后就按备份回答。先检查文件，有问题则什么都不改。"""
    from app.backups.restoring import restore as put_back
    from app.composition import open_parts, present
    from app.secret_key import keep_secret_key, kept_secret_key
    from app.settings import Settings

    settings = Settings()
    with open_parts(settings) as parts:
        key = put_back(parts.engine, file, present())
    is_other = key is not None and key != kept_secret_key(settings)
    if is_other and not settings.secret_key.get_secret_value():
        keep_secret_key(settings.data_dir, str(key))
        print("密钥也已恢复；请重启正在运行的服务，让它使用备份里的密钥。")
    print(f"已从 {file} 恢复。")
