"""Which id is in what was pasted, and what is said where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.errors import InputInvalid
from lib.domain.pasted_id import remote_id_in

ID = "0196a3c4-7d1e-7c3a-9b41-2f6f5f0c8a11"
OTHER_ID = "0195f0aa-0000-7000-8000-0000000000aa"


@pytest.mark.parametrize(
    "pasted",
    [
        ID,
        f"  {ID}\n",
        ID.upper(),
        f'"{ID}"',
        f"`{ID}`,",
        f"remote_id  {ID}",
        f"https://app.runflow.io/runs/{ID}",
        f"https://app.runflow.io/runs/{ID}/?tab=output#logs",
        f"https://app.runflow.io/orgs/{OTHER_ID}/runs/{ID}?tab=input",
        f"https://app.runflow.io/history?org={OTHER_ID}&run_id={ID}",
        f"https://api.runflow.io/v1/runs/{ID}",
        f"curl https://api.runflow.io/v1/runs/{ID} -H 'Authorization: Bearer x'",
        f"app.runflow.io/r/{ID}",
    ],
)
def test_an_id_is_found_in_whatever_is_pasted(pasted: str) -> None:
    assert remote_id_in(pasted).lower() == ID


@pytest.mark.parametrize(
    ("pasted", "remote_id"),
    [
        ("run_77", "run_77"),
        ("https://app.runflow.io/runs/run%5F77", "run_77"),
        ("https://api.example/run_77/", "run_77"),
    ],
)
def test_an_id_need_not_be_a_uuid(pasted: str, remote_id: str) -> None:
    assert remote_id_in(pasted) == remote_id


@pytest.mark.parametrize(
    ("pasted", "remedy"),
    [
        ("", "Paste the id"),
        (' "" ', "Paste the id"),
        (f"{ID} {OTHER_ID}", "more than one id"),
        ("two words", "no id of a run"),
        ("https://app.runflow.io/models/google", "no id of a run"),
        ("https://api.runflow.io/v1/models/google/nano/runs", "no id of a run"),
        ("https://app.runflow.io/", "no id of a run"),
        ("https://app.runflow.io/runs/..", "no id of a run"),
        ("a\0b", "no id of a run"),
        ("x" * 256, "no id of a run"),
    ],
)
def test_what_names_no_run_says_what_to_paste(pasted: str, remedy: str) -> None:
    with pytest.raises(InputInvalid, match=remedy) as refused:
        remote_id_in(pasted)

    assert [problem.field for problem in refused.value.problems] == ["remote_id"]


@given(st.text())
def test_no_text_does_harm(pasted: str) -> None:
    try:
        found = remote_id_in(pasted)
    except InputInvalid:
        return
    assert found.isprintable()
    assert 0 < len(found) <= 255
