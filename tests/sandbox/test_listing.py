"""Lists: pages by cursor, filters in both spellings, sorting, projection."""

import uuid

import pytest

from lib.sandbox.clock import SECOND, iso, parse_iso


def runs_of(sandbox, ref, count, **more):
    return [sandbox.create(client_ref=ref, **more).json()["id"] for _ in range(count)]


def items(sandbox, **query):
    answer = sandbox.api.get("/v1/runs", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.fixture
def ref():
    return f"list-{uuid.uuid4()}"


def test_runs_are_listed_newest_first(sandbox, ref):
    made = runs_of(sandbox, ref, 3)

    assert [run["id"] for run in items(sandbox, q=f"client_ref.EQ:'{ref}'")] == made[::-1]


@pytest.mark.parametrize("sort_by", ["created_at:desc", "created_at:asc", "cost:desc,id:asc"])
def test_pages_lead_through_the_whole_list_and_back(sandbox, ref, sort_by):
    for run_id in runs_of(sandbox, ref, 7):
        sandbox.end_of(run_id)  # a run that ends meanwhile gets its cost, and another place
    query = {"q": f"client_ref.eq:'{ref}'", "limit": 3, "sort_by": sort_by}
    whole = [run["id"] for run in items(sandbox, **{**query, "limit": 500})]
    pages = [sandbox.api.get("/v1/runs", params=query).json()]
    while pages[-1]["next"]:
        pages.append(sandbox.api.get("/v1/runs", params={**query, "pq": pages[-1]["next"]}).json())

    assert [len(page["items"]) for page in pages] == [3, 3, 1]
    assert [run["id"] for page in pages for run in page["items"]] == whole
    assert pages[0]["previous"] is None
    back = items(sandbox, **query, pq=pages[2]["previous"], from_prev="true")
    first = items(sandbox, **query, pq=pages[2]["first"])
    # By their ids: the addresses of their pictures are signed anew in each answer.
    assert [run["id"] for run in back] == [run["id"] for run in pages[1]["items"]]
    assert [run["id"] for run in first] == [run["id"] for run in pages[0]["items"]]


def test_a_run_that_is_created_meanwhile_shifts_no_page(sandbox, ref):
    made = runs_of(sandbox, ref, 4)
    query = {"q": f"client_ref:'{ref}'", "limit": 2}
    page = sandbox.api.get("/v1/runs", params=query).json()
    runs_of(sandbox, ref, 3)

    following = items(sandbox, **query, pq=page["next"])
    assert [run["id"] for run in following] == made[1::-1]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("client_ref:'{ref}'", 2),
        ('client_ref="{ref}"', 2),
        ("client_ref.EQ:'{ref}' AND status_code:succeeded", 1),
        ("client_ref.EQ:'{ref}' and status_code.eq:'failed'", 1),
        ("client_ref:'{ref}' AND NOT status_code:succeeded", 1),
        ("client_ref:'{ref}' AND (status_code=failed OR status_code=succeeded)", 2),
        ("client_ref:'{ref}' AND created_at>2026-04-01", 2),
        ("client_ref:'{ref}' AND created_at<2026-04-01", 0),
        ("client_ref:'{ref}' AND created_at>=2026-04-01T10:00:00Z", 2),
        ("client_ref:'{ref}' AND cost>0", 1),
        ("client_ref:'{ref}' AND cost.lte:0.06", 2),
        ("client_ref:'{ref}' AND failure_code!=null", 1),
        ("client_ref:'{ref}' AND batch_id:null", 2),
        ("client_ref:'{upper}'", 0),
    ],
)
def test_a_filter_finds_what_it_names(sandbox, ref, q, found):
    sandbox.ended(client_ref=ref)
    sandbox.ended("[fail]", client_ref=ref)

    assert len(items(sandbox, q=q.format(ref=ref, upper=ref.upper()))) == found


def test_a_quoted_value_may_hold_anything(sandbox, ref):
    odd = f'{ref} it\'s (a) \\ "ref" AND more'
    sandbox.create(client_ref=odd)
    escaped = odd.replace("\\", "\\\\").replace("'", "\\'")

    assert len(items(sandbox, q=f"client_ref:'{escaped}'")) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "status_code"),
        ("q", "nonsense:1"),
        ("q", "created_at>yesterday"),
        ("q", "cost>much"),
        ("q", "(status_code:failed"),
        ("q", "status_code:failed status_code:failed"),
        ("q", "id.LIKE:'a'"),
        ("q", "duration_ms>99999999999999999999"),
        ("q", "NOT " * 60 + "id:a"),
        ("q", "a" * 4001),
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "many"),
        ("sort_by", "colour"),
        ("sort_by", "created_at:sideways"),
        ("fields", "id,colour"),
        ("pq", "nonsense"),
        ("pq", "W10"),
        ("from_prev", "maybe"),
    ],
)
def test_a_bad_list_parameter_is_named_in_a_422(sandbox, name, value):
    answer = sandbox.api.get("/v1/runs", params={name: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["query", name]


def test_a_cursor_of_another_order_is_refused(sandbox, ref):
    runs_of(sandbox, ref, 2)
    page = sandbox.api.get("/v1/runs", params={"limit": 1}).json()
    other = {"pq": page["next"], "sort_by": "created_at:asc"}

    assert sandbox.api.get("/v1/runs", params=other).status_code == 422


def test_fields_cut_the_items_down(sandbox, ref):
    sandbox.ended(client_ref=ref)
    found = items(sandbox, q=f"client_ref:'{ref}'", fields="id,cost,output")

    assert [run.keys() for run in found] == [{"id", "cost", "output"}]


def test_fifty_are_listed_unless_asked_otherwise(sandbox, ref):
    runs_of(sandbox, ref, 51)

    assert len(items(sandbox)) == 50
    assert len(items(sandbox, q=f"client_ref:'{ref}'", limit=500)) == 51


def test_other_lists_follow_the_same_rules(sandbox):
    found = sandbox.api.get(
        "/v1/models",
        params={"q": "slug.eq:'google/nano-banana-2'", "fields": "slug,name", "sort_by": "slug"},
    )

    assert found.json()["items"] == [{"slug": "google/nano-banana-2", "name": "Nano Banana 2"}]


def test_flags_and_numbers_of_other_lists_can_be_filtered(sandbox):
    def count(q: str) -> int:
        path = "/v1/models/google/nano-banana-2/pricing"
        return len(sandbox.api.get(path, params={"q": q}).json()["items"])

    assert count("sort_order<2") == 2
    assert count("rule_effect_code:add") == 2
    models = sandbox.api.get("/v1/models", params={"q": "is_public:true AND slug:ideogram/v3"})
    assert len(models.json()["items"]) == 1


def test_times_are_read_as_they_are_written():
    assert parse_iso(iso(1_795_417_539_364_045)) == 1_795_417_539_364_045
    assert parse_iso("1970-01-02") == 86_400 * SECOND
    assert parse_iso("1970-01-01T01:00:00+01:00") == 0
