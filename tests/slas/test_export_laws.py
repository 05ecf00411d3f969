"""Whatever an agreement says, writing it down and reading it back says the same."""

from datetime import timedelta
from decimal import Decimal

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from slas.credits import (
    Band,
    Bands,
    ChronicBreach,
    ClaimWindow,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
)
from slas.exports import agreement_file
from slas.importers.ladders import step as read_step
from slas.importers.nodes import read
from slas.importers.problems import Problems
from slas.importers.references import References
from slas.importers.wordings import agreement as read_agreement
from slas.models import Agreement, Product, Revision
from slas.queries.wordings import (
    AUDIENCE,
    KINDS,
    RHYTHMS,
    AvailabilityWording,
    CreditWording,
    DefinitionWording,
    StepWording,
    TargetWording,
    Wording,
    normal,
)
from tests.factories import IN_FORCE_FROM

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=30)
lists = st.lists(words, max_size=3).map(tuple)
lengths = st.integers(min_value=1, max_value=10**7).map(lambda seconds: timedelta(seconds=seconds))
audiences = st.lists(st.sampled_from([*AUDIENCE, "person:jana"]), min_size=1, max_size=3).map(tuple)
whens = st.one_of(
    st.builds(dict, at_percent=st.integers(min_value=1, max_value=1000)),
    st.builds(dict, at_offset=lengths),
    st.builds(dict, at_offset=lengths.map(lambda length: -length)),
)
repeats = st.one_of(st.just({}), st.builds(dict, repeat=lengths, max_repeats=st.integers(min_value=1, max_value=1000)))
steps = st.builds(
    lambda kind, audience, when, repeat: StepWording(kind, audience, **when, **repeat),
    st.sampled_from(KINDS),
    audiences,
    whens,
    repeats,
)
targets = st.builds(
    TargetWording,
    priority=st.sampled_from(["P1", "P2", "P3", "P4"]),
    kind=st.sampled_from(KINDS),
    allowance=lengths,
    calendar=words,
    binding=st.sampled_from(["commitment", "objective"]),
    attainment=st.none() | st.decimals(min_value=1, max_value=100, places=2).map(Decimal.normalize),
)
spans = st.integers(min_value=0, max_value=10**7).map(lambda seconds: timedelta(seconds=seconds))
availabilities = st.builds(
    AvailabilityWording,
    target=st.decimals(min_value="0.0001", max_value=100, places=4).map(Decimal.normalize),
    calendar=st.just("") | words,
    maintenance=st.sampled_from(["exclude", "count_as_up", "count_as_down"]),
    notice=spans,
    monthly_cap=st.none() | spans,
    ignore_up_to=spans,
    is_in_whole_minutes=st.booleans(),
    boundary=st.sampled_from(["kept", "broken"]),
    degraded_weight=st.decimals(min_value=0, max_value=1, places=3).map(Decimal.normalize),
)
shares = st.decimals(min_value="0.0001", max_value=100, places=4).map(Decimal.normalize)
percents = st.decimals(min_value=0, max_value=100, places=4).map(Decimal.normalize)
caps = st.just(Decimal(100)) | shares


@st.composite
def bands(draw: st.DrawFn) -> Band:
    lower, upper = sorted(draw(st.lists(percents, min_size=2, max_size=2, unique=True)))
    sides = draw(st.sampled_from([(lower, upper), (lower, None), (None, upper)]))
    signs = [bound is not None and draw(st.booleans()) for bound in sides]
    return Band(sides[0], signs[0], sides[1], signs[1], draw(percents))


rules = st.one_of(
    st.builds(Bands, st.lists(bands(), min_size=1, max_size=4).map(tuple), caps),
    st.builds(StepsBelow, shares, shares, st.sampled_from(["full", "pro_rata"]), caps),
    st.builds(PerPeriodBeyond, lengths, shares, st.sampled_from(["full", "started"]), caps),
    st.builds(
        StartedUnits,
        lengths,
        st.integers(min_value=1, max_value=999_999),
        st.sampled_from(["excess", "all"]),
        st.sampled_from(["month", "incident"]),
        caps,
    ),
    st.builds(Linear, caps),
    st.builds(MultipleOfShare, st.decimals(min_value="0.0001", max_value=1000, places=4).map(Decimal.normalize), caps),
)
months = st.none() | st.integers(min_value=1, max_value=12)
windows = st.one_of(
    st.just({}),
    st.builds(dict, claim=st.builds(ClaimWindow, st.integers(1, 1000))),
    st.builds(
        dict,
        claim=st.builds(ClaimWindow, st.integers(1, 1000), st.sampled_from(["werktage", "arbeitstage"])),
        holidays=st.sampled_from(["none", "DE-HH", "GB-ENG"]),
    ),
)
credits = st.builds(
    lambda rule, fee, currency, chronic, window: CreditWording(rule, fee, currency, chronic=chronic, **window),
    rules,
    st.decimals(min_value=0, max_value="9999999999.99", places=2),
    st.sampled_from(["points", "EUR", "XTS"]),
    st.none() | st.builds(ChronicBreach, months, months, st.none() | shares).filter(lambda one: one != ChronicBreach()),
    windows,
)
promises = st.one_of(
    st.just({}),
    st.builds(dict, availability=availabilities),
    st.builds(dict, availability=availabilities, credits=credits),
)
wordings = st.builds(
    lambda promised, **said: Wording(**said, **promised),
    promises,
    title=words,
    provider=words,
    customer=words,
    targets=st.lists(targets, min_size=1, max_size=5, unique_by=lambda one: (one.priority, one.kind)).map(tuple),
    definitions=st.dictionaries(
        st.sampled_from(["P1", "P2", "P3"]), st.builds(DefinitionWording, words, lists, st.just("") | words)
    ),
    steps=st.lists(steps, max_size=3).map(tuple),
    relation=st.sampled_from(["same_entity", "affiliated", "external"]),
    language=st.sampled_from(["de", "en"]),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
    inside=lists,
    outside=lists,
    channels=lists,
    contacts=lists,
    customer_duties=lists,
    glossary=st.dictionaries(words, words, max_size=3),
    reopen_within=lengths,
    is_response_paused=st.booleans(),
    is_update_paused=st.booleans(),
    is_resolution_paused=st.booleans(),
    review_rhythms=st.lists(st.sampled_from(RHYTHMS), unique=True).map(tuple),
    review_every_weeks=st.none() | st.integers(min_value=1, max_value=52),
    participants=st.lists(st.sampled_from(["holger", "jana", "mira"]), unique=True).map(tuple),
).map(normal)


@settings(max_examples=60, deadline=None)
@given(wordings)
def test_a_wording_survives_being_written_and_read(wording: Wording) -> None:
    product = Product(slug="kasse")
    revision = Revision(agreement=Agreement(slug="kasse-2026", product=product), in_force_from=IN_FORCE_FROM)

    written = agreement_file.dump(agreement_file.agreement(revision, wording))
    problems = Problems()
    said = read_agreement(read(written.encode()), problems, References())

    assert problems.found == []
    assert normal(said.wording) == wording
    assert (said.slug, said.product, said.in_force_from, said.signed_by) == (
        "kasse-2026",
        "kasse",
        IN_FORCE_FROM,
        None,
    )


@given(steps)
def test_a_step_survives_being_written_and_read(rung: StepWording) -> None:
    written = yaml.safe_dump(agreement_file.step(rung))

    assert read_step(read(written.encode()), Problems(), References()) == rung
