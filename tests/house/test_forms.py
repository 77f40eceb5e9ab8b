"""What every form shares."""

from __future__ import annotations

import pytest
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField, PasswordField, StringField
from wtforms.widgets.core import html_params

from eventapp.errors import Refused
from eventapp.forms import PageForm, at_most, attributes


class TryForm(PageForm):
    name = StringField(validators=[at_most(3)])
    password = PasswordField()
    key = HiddenField()


@pytest.fixture
def form_of(app):
    """`form_of(name="x")`: a form that was sent."""
    contexts = []

    def make(language: str = "en", **data: str) -> TryForm:
        context = app.test_request_context(f"/?lang={language}", method="POST", data=data)
        context.push()
        contexts.append(context)
        return TryForm(meta={"csrf": False})

    yield make
    for context in reversed(contexts):
        context.pop()


def test_control_characters_are_refused_beside_their_field(form_of):
    form = form_of(name="a\0")
    assert not form.validate()
    assert form.errors == {"name": ["This holds invisible control characters. Please type it again."]}


def test_a_password_may_hold_anything(form_of):
    assert form_of(name="a", password="\u202e\0").validate()


def test_what_is_wrong_with_a_hidden_field_is_said_at_the_top(form_of):
    form = form_of(name="a", key="\0")
    assert not form.validate()
    assert form.form_errors == ["This holds invisible control characters. Please type it again."]
    assert not form.key.errors


@pytest.mark.parametrize(
    ("language", "said"), [("en", "At most 3 characters, please."), ("zh", "请不要超过 3 个字符。")]
)
def test_too_long_a_text_is_refused_in_our_own_words(form_of, language, said):
    form = form_of(language, name="four")
    assert not form.validate()
    assert form.errors == {"name": [said]}


def test_a_refusal_stands_beside_its_field_or_at_the_top(form_of):
    form = form_of(name="a")
    form.refuse(Refused("taken", field="name"))
    form.refuse(Refused("closed"))
    form.refuse(Refused("gone", field="elsewhere"))
    form.refuse(Refused("damaged", field="key"))
    assert (form.name.errors, form.form_errors) == (["taken"], ["closed", "gone", "damaged"])


def test_attributes_are_written_as_the_library_writes_them(app):
    for values in (
        {"name": "text1", "id": "f", "class_": 'wide "big"', "for_": "x"},
        {
            "checked": True,
            "readonly": False,
            "value": None,
            "size": 3,
            "aria_label": "a & b",
            "data_more_of": "<i>'席'</i>",
        },
        {"placeholder": Markup('<b title="bold">'), "label": _l("Name"), 'odd"key': "x"},
        {},
    ):
        assert attributes(**values) == html_params(**values)
