"""Files among the answers: kept as they come, each with its row, and forgotten with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import after_commit, transaction
from eventapp.registration.errors import FileRefused, FileTooLarge, TooManyFiles
from eventapp.registration.file_kinds import MOST_BYTES, kind_of, name_for
from eventapp.registration.models import AnswerFile
from eventapp.registration.queries import answer_files_folder

# How long a file waits for the form it came with; and how many may wait, so that a robot cannot fill the disk.
PENDING_FOR = timedelta(days=1)
MOST_PENDING = 2000


def keep_file(event_id: int, question_id: int, data: bytes, name: str, *, form_key: str, by: Actor) -> AnswerFile:
    """Keep a file under the key of the form it came with, in place of an earlier one; the form's answer claims it.

    Raises FileTooLarge, FileRefused, TooManyFiles.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge(megabytes=MOST_BYTES // (1024 * 1024))
    kind = kind_of(data)
    if kind is None:
        raise FileRefused
    stored_as = _store(data)
    try:
        with transaction() as session:
            discard_pending_file(event_id, question_id, form_key)
            _check_not_too_many(event_id)
            row = AnswerFile(
                event_id=event_id,
                question_id=question_id,
                form_key=form_key,
                stored_as=stored_as,
                name=name_for(name, kind),
                media_type=kind.media_type,
                size=len(data),
                created_at=now(),
            )
            session.add(row)
            record("keep_file", row, by=by, event_id=event_id, after={"type": kind.ending, "size": len(data)})
            return row
    except BaseException:
        (answer_files_folder() / stored_as).unlink(missing_ok=True)
        raise


def discard_pending_file(event_id: int, question_id: int, form_key: str) -> None:
    """Forget the file that waits under this key for this question's answer, if there is one."""
    with transaction() as session:
        waiting = select(AnswerFile).where(
            AnswerFile.event_id == event_id,
            AnswerFile.question_id == question_id,
            AnswerFile.form_key == form_key,
            AnswerFile.registration_id.is_(None),
        )
        forget_files(session.scalars(waiting).all())


def forget_files(rows: Iterable[AnswerFile]) -> None:
    """Delete rows of files, and the files themselves once that is committed."""
    with transaction() as session:
        for row in rows:
            _unlink_later(row.stored_as)
            session.delete(row)
        session.flush()


def clear_pending_files(*, at: datetime | None = None) -> int:
    """Forget files whose form was never completed within a day, and what lies in the folder without a row."""
    before = (at or now()) - PENDING_FOR
    with transaction() as session:
        due = (AnswerFile.registration_id.is_(None), AnswerFile.created_at < before)
        names = session.scalars(select(AnswerFile.stored_as).where(*due)).all()
        if names:
            session.execute(delete(AnswerFile).where(*due))
        known = set(session.scalars(select(AnswerFile.stored_as)))
    for path in answer_files_folder().glob("*"):
        if path.name not in known:
            _unlink_if_older(path, before)
    return len(names)


def _unlink_if_older(path: Path, before: datetime) -> None:
    # Another worker may be faster.
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()


def _store(data: bytes) -> str:
    name = secrets.token_hex(16)
    folder = answer_files_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    # Nobody runs it, and only we read it.
    path.chmod(0o600)
    return name


def _unlink_later(stored_as: str) -> None:
    path = answer_files_folder() / stored_as
    after_commit(lambda: path.unlink(missing_ok=True))


def _check_not_too_many(event_id: int) -> None:
    with transaction() as session:
        waiting = select(func.count()).where(AnswerFile.event_id == event_id, AnswerFile.registration_id.is_(None))
        if (session.scalar(waiting) or 0) >= MOST_PENDING:
            raise TooManyFiles
