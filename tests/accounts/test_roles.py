"""What each role of an event's team may do, written out as one table."""

from __future__ import annotations

import pytest

from eventapp.accounts.roles import ALL_PERMISSIONS, PERMISSIONS, ROLE_LABELS, ROLES, may

#                          owner  organiser editor registrar door viewer
TABLE = {
    "event:read":           "yes    yes       yes    yes       yes  yes",
    "event:change":         "yes    yes       no     no        no   no",
    "agenda:read":          "yes    yes       yes    no        no   yes",
    "agenda:change":        "yes    yes       yes    no        no   no",
    "agenda:tell":          "yes    yes       no     no        no   no",
    "registrations:read":   "yes    yes       no     yes       no   yes",
    "registrations:change": "yes    yes       no     yes       no   no",
    "documents:read":       "yes    no        no     no        no   no",
    "checkin:read":         "yes    yes       no     yes       yes  yes",
    "checkin:change":       "yes    yes       no     yes       no   no",
    "checkin:scan":         "yes    yes       no     yes       yes  no",
    "team:change":          "yes    no        no     no        no   no",
    "mail:read":            "yes    yes       no     yes       no   yes",
    "mail:change":          "yes    yes       no     yes       no   no",
    "mailings:read":        "yes    yes       yes    yes       no   yes",
    "mailings:change":      "yes    yes       yes    yes       no   no",
    "audit:read":           "yes    yes       no     no        no   yes",
}  # fmt: skip


@pytest.mark.parametrize("permission", TABLE)
def test_the_table_says_who_may(permission):
    answers = dict(zip(ROLES, TABLE[permission].split(), strict=True))
    assert {role: "yes" if may(role, permission) else "no" for role in ROLES} == answers


def test_the_table_knows_every_permission_and_every_role_has_a_name():
    assert set(TABLE) == ALL_PERMISSIONS
    assert set(PERMISSIONS) == set(ROLES) == set(ROLE_LABELS)


def test_without_a_role_nobody_may_anything():
    assert [permission for permission in ALL_PERMISSIONS if may(None, permission)] == []


def test_a_viewer_changes_nothing():
    assert [permission for permission in PERMISSIONS["viewer"] if not permission.endswith(":read")] == []
