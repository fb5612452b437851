"""Lists in pages: `?limit=&cursor=` → `{"items", "next_cursor"}`; cursors are opaque to callers."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from api.errors import InvalidRequestError
from api.row_numbers import number_in

MAX_LIMIT = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Paging:
    """Which page is wanted."""

    limit: int
    after: str | None
    """Key of the last item of the page before."""

    @property
    def after_id(self) -> int | None:
        """The key as a number.

        Raises:
            InvalidRequestError: the cursor is of another list.
        """
        if self.after is None:
            return None
        number = number_in(self.after)
        if number is None:
            raise _bad_cursor()
        return number

    def page(self, rows: Sequence[T], key: Callable[[T], object], show: Callable[[T], Any]) -> dict[str, Any]:
        """The page out of rows that were asked for with `limit + 1`: one more says that it goes on."""
        shown = rows[: self.limit]
        goes_on = len(rows) > self.limit
        return {
            "items": [show(row) for row in shown],
            "next_cursor": _cursor(str(key(shown[-1]))) if goes_on else None,
        }


class PageOut(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key(cursor: str) -> str:
    try:
        return base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error


def _bad_cursor() -> InvalidRequestError:
    return InvalidRequestError("cursor 不对：请原样使用上一页返回的 next_cursor，或去掉它从头开始。", "cursor")


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="每页条数 · items per page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=500, description="上一页的 next_cursor · of the page before")
    ] = None,
) -> Paging:
    return Paging(limit, _key(cursor) if cursor else None)


AnyPaging = Annotated[Paging, Depends(_paging)]
