"""A mail that cannot be written holds up no other, whatever the reason is."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

_T = TypeVar("_T")
log = logging.getLogger(__name__)


class Unwritable(Exception):
    """It is logged already."""


def written(write: Callable[[], _T], what: str, **place: str) -> _T:
    """What ``write`` returns. what, place: logged if it fails.

    Raises Unwritable, or SQLAlchemyError: that is no fault of the mail, and no other can be written then.
    """
    try:
        return write()
    except SQLAlchemyError:
        raise
    except Exception as error:  # contents and templates may fail in any way; the other mails must not wait for this one
        log.error(what, exc_info=error, extra=place)
        raise Unwritable from error
