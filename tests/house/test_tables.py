"""Tables become lists of cards where they are too wide for a phone."""

from __future__ import annotations

from markupsafe import Markup

from eventapp.tables import stackable

HEAD = '<table class="table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _table(heads: list[str], rows: str) -> Markup:
    return Markup(HEAD.format(heads="".join(f'<th scope="col">{head}</th>' for head in heads), rows=rows))


def test_each_cell_of_a_wide_table_is_told_the_head_of_its_column():
    rows = '<tr><th scope="row">Li</th><td class="num">1</td><td><a href="/">x</a></td><td></td></tr>'
    assert stackable(_table(["Name", "Number", "Page", "<span>Actions</span>"], rows)) == Markup(
        '<table class="table-stacks table"><thead><tr><th scope="col">Name</th><th scope="col">Number</th>'
        '<th scope="col">Page</th><th scope="col"><span>Actions</span></th></tr></thead><tbody>'
        '<tr><th data-label="Name" scope="row">Li</th><td data-label="Number" class="num">1</td>'
        '<td data-label="Page"><a href="/">x</a></td><td data-label="Actions"></td></tr></tbody></table>'
    )


def test_a_narrow_table_stays_as_it_is():
    table = _table(["Name", "Number", "Page"], "<tr><td>Li</td><td>1</td><td>x</td></tr>")
    assert stackable(table) == table


def test_a_table_with_buttons_counts_as_wide():
    rows = '<tr><th scope="row">Hall</th><td class="table-actions"><button>Up</button></td></tr>'
    assert '<td data-label="Actions" class="table-actions">' in stackable(_table(["Name", "Actions"], rows))


def test_a_head_cannot_break_out_of_the_attribute():
    rows = "<tr>" + "<td>1</td>" * 4 + "</tr>"
    assert 'data-label="&#34;&gt;a&lt;b&#34;"' in stackable(_table(["&#34;&gt;a&lt;b&#34;", "b", "c", "d"], rows))


def test_what_holds_no_table_stays_as_it_is():
    assert stackable(Markup("<p>Nobody yet.</p>")) == Markup("<p>Nobody yet.</p>")
