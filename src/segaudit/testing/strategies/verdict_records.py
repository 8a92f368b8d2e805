"""What became of waivers and known issues."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.model import KnownIssue, KnownState, State, Waiver, WaiverUse
from segaudit.testing.records import CASE
from segaudit.testing.strategies.plain_values import counts, structures, words

waiver_uses: SearchStrategy[WaiverUse] = st.builds(
    WaiverUse,
    waiver=st.builds(
        Waiver,
        check=st.just("mask-tiny"),
        case=st.just(CASE),
        reason=st.just("as it is"),
        until=st.dates(min_value=dt.date(2020, 1, 1)),
    ),
    covered=st.none() | counts,
    lapsed=st.booleans(),
    known=st.booleans(),
)

known_states = st.builds(
    KnownState,
    issues=st.lists(
        st.builds(
            KnownIssue,
            release=words,
            case=st.just(CASE),
            defect=words,
            description=words,
            source=words,
            file=st.lists(structures).map(" ".join),
        ),
        min_size=1,
    ).map(tuple),
    state=st.sampled_from(State),
    checks=st.lists(words, min_size=1).map(tuple),
    why=words,
)
