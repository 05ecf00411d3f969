"""The credit promise of a wording: it exists where a way to count it is chosen."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas.credits import RULES, Bands, ChronicBreach, ClaimWindow, CreditRule, kind_of, terms_of
from slas.credits.chronic import YEAR
from slas.credits.claims import LONGEST
from slas.forms.bands import BandForm, BandRows, rows_of
from slas.forms.fields import Currency, Exact, Length, Place
from slas.models.calendars import NO_HOLIDAYS
from slas.models.credits import (
    LEAST,
    MOST_FACTOR,
    MOST_FEE,
    MOST_PARTS,
    NOTHING,
    WHOLE,
    Counting,
    Days,
    Reading,
    Rounding,
    RuleKind,
)
from slas.queries.wordings import CreditWording, Wording, usual_currency

PREFIX = "credits_"
SHARE: dict[str, Any] = {  # Any: arguments of a field
    "required": False, "min_value": LEAST, "max_value": WHOLE, "max_digits": 7, "decimal_places": 4,
}  # fmt: skip
FULL, PRO_RATA, STARTED = ((reading.value, reading.label) for reading in Reading)
KIND = f"{PREFIX}kind"
ALWAYS = ("cap", "monthly_fee", "currency")
CLAIM = ("claim_within", "claim_days", "holidays")
EXIT = ("in_a_row", "of_twelve", "floor")
NOT_SAID = (None, "")


@dataclass(frozen=True)
class CreditBlock:
    """The fields that only one kind of rule has."""

    kind: RuleKind
    fields: list[forms.BoundField]


class CreditFields(forms.Form):
    """The fields of the form, all of them `credits_…`; those of one kind of rule are `credits_<kind>_<term>`."""

    credits_kind = forms.ChoiceField(
        label=gettext_lazy("A credit is counted"),
        choices=[("", gettext_lazy("not at all")), *RuleKind.choices],
        required=False,
        help_text=gettext_lazy("Of the monthly fee, for a month that breaks the availability promise."),
    )
    credits_cap = Exact(label=gettext_lazy("At most in percent"), **SHARE)
    credits_monthly_fee = Exact(
        label=gettext_lazy("Monthly fee"),
        required=False,
        min_value=NOTHING,
        max_value=MOST_FEE,
        max_digits=12,
        decimal_places=2,
        help_text=gettext_lazy("Empty: only shares are told."),
    )
    credits_currency = Currency(
        label=gettext_lazy("Currency"),
        required=False,
        widget=forms.TextInput(attrs={"list": "currencies"}),
        help_text=gettext_lazy("Empty: points, between departments of one house."),
    )
    credits_steps_below_per = Exact(label=gettext_lazy("Step in percentage points"), **SHARE)
    credits_steps_below_percent = Exact(label=gettext_lazy("Credit per step in percent"), **SHARE)
    credits_steps_below_reading = forms.ChoiceField(
        label=gettext_lazy("Parts of a step"), choices=[FULL, PRO_RATA], initial=Reading.FULL, required=False
    )
    credits_per_period_beyond_period = Length(label=gettext_lazy("Period"), required=False, is_positive=True)
    credits_per_period_beyond_percent = Exact(label=gettext_lazy("Credit per period in percent"), **SHARE)
    credits_per_period_beyond_reading = forms.ChoiceField(
        label=gettext_lazy("Parts of a period"), choices=[FULL, STARTED], initial=Reading.FULL, required=False
    )
    credits_started_units_unit = Length(label=gettext_lazy("Unit"), required=False, is_positive=True)
    credits_started_units_denominator = forms.IntegerField(
        label=gettext_lazy("Part of the fee"),
        required=False,
        min_value=1,
        max_value=MOST_PARTS,
        help_text=gettext_lazy("30 means 1/30 for each unit."),
    )
    credits_started_units_counting = forms.ChoiceField(
        label=gettext_lazy("What counts"), choices=Counting.choices, initial=Counting.EXCESS, required=False
    )
    credits_started_units_rounding = forms.ChoiceField(
        label=gettext_lazy("Rounded up is"), choices=Rounding.choices, initial=Rounding.MONTH, required=False
    )
    credits_multiple_of_share_factor = Exact(
        label=gettext_lazy("Factor"),
        required=False,
        min_value=LEAST,
        max_value=MOST_FACTOR,
        max_digits=8,
        decimal_places=4,
    )
    credits_claim_within = forms.IntegerField(
        label=gettext_lazy("To be claimed within"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=gettext_lazy("Empty: without a limit."),
    )
    credits_claim_days = forms.ChoiceField(
        label=gettext_lazy("Counted in"), choices=Days.choices, initial=Days.DAYS, required=False
    )
    credits_holidays = Place(
        label=gettext_lazy("Public holidays"),
        required=False,
        widget=forms.TextInput(attrs={"list": "places"}),
        help_text=gettext_lazy("Country and state such as DE-HH, or none."),
    )
    credits_in_a_row = forms.IntegerField(
        label=gettext_lazy("Broken months in a row"), required=False, min_value=1, max_value=YEAR
    )
    credits_of_twelve = forms.IntegerField(
        label=gettext_lazy("Broken months within twelve"), required=False, min_value=1, max_value=YEAR
    )
    credits_floor = Exact(label=gettext_lazy("One month below, in percent"), **SHARE)

    @cached_property
    def bands(self) -> "forms.BaseFormSet[BandForm]":
        """The rows of the table."""
        # What was entered is compared with nothing: a row equal to a stored one counts as well.
        if self.is_bound:
            return BandRows(self.data, prefix="band")
        return BandRows(initial=self.initial.get("credits_bands", []), prefix="band")

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """A rule needs its terms and a promise that can be broken; what only belongs to a rule needs one."""
        cleaned = super().clean() or {}
        if cleaned.get(KIND):
            self._check_rule(cleaned[KIND])
            self._check_money(cleaned)
            self._check_claim(cleaned)
        elif KIND not in self.errors:
            entered = [name for name in self.changed_data if name.startswith(PREFIX)]
            # To take the promise back its kind is enough; what stands beside it goes with it.
            if any(cleaned.get(name) not in NOT_SAID for name in entered):
                self.add_error(KIND, _("Choose how a credit is counted, too."))
        return cleaned

    def _check_rule(self, kind: str) -> None:
        if self.cleaned_data.get("availability_target") is None and "availability_target" not in self.errors:
            said = _("Credits are for months that break the availability promise. Promise availability, too.")
            self.add_error(KIND, said)
        for name in (f"{PREFIX}{kind}_{term}" for term in terms_of(kind)):
            if self.cleaned_data.get(name) is None and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if kind != RuleKind.BANDS:
            return
        # Beside its rows the table has no field of its own, so the summary points to the kind.
        if not self.bands.is_valid():
            self.add_error(KIND, _("Something is wrong with the bands of the table."))
        elif not any(row.is_written for row in self.bands):
            self.add_error(KIND, _("Write at least one band of the table."))

    def _check_money(self, cleaned: dict[str, Any]) -> None:
        is_said = cleaned.get("credits_currency") or "credits_currency" in self.errors
        if not is_said and "relation" in cleaned and not usual_currency(cleaned["relation"]):
            self.add_error("credits_currency", _("Say in which currency, such as EUR."))

    def _check_claim(self, cleaned: dict[str, Any]) -> None:
        is_in_days = cleaned.get("credits_claim_within") and cleaned.get("credits_claim_days") == Days.DAYS
        if is_in_days and cleaned.get("credits_holidays") not in {None, "", NO_HOLIDAYS}:
            said = _("Public holidays matter to working days alone. Leave them out, or count working days.")
            self.add_error("credits_holidays", said)

    def credits(self) -> CreditWording | None:
        """What was entered, once everything is valid."""
        said = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in CreditFields.base_fields}
        if not said["kind"]:
            return None
        right = ChronicBreach(*(said[name] for name in EXIT))
        has_window = said["claim_within"] is not None
        return CreditWording(
            rule=self._rule(said),
            monthly_fee=said["monthly_fee"] or NOTHING,
            currency=said["currency"] or usual_currency(self.cleaned_data["relation"]),
            claim=ClaimWindow(said["claim_within"], said["claim_days"] or "days") if has_window else None,
            chronic=None if right == ChronicBreach() else right,
            holidays=(has_window and said["holidays"]) or NO_HOLIDAYS,
        )

    def _rule(self, said: dict[str, Any]) -> CreditRule:
        kind = said["kind"]
        terms = {name: said[f"{kind}_{name}"] for name in terms_of(kind)}
        # A word that was not sent has the usual reading.
        terms = {name: term for name, term in terms.items() if term not in NOT_SAID}
        if kind == RuleKind.BANDS:
            terms["bands"] = tuple(row.band() for row in self.bands if row.is_written)
        return RULES[kind](**terms, cap=said["cap"] or WHOLE)

    @property
    def credit_blocks(self) -> list[CreditBlock]:
        """The fields of the kinds that have any."""
        kinds = [kind for kind in RuleKind if terms_of(kind)]
        return [CreditBlock(kind, [self[f"{PREFIX}{kind}_{term}"] for term in terms_of(kind)]) for kind in kinds]

    @property
    def credit_fields(self) -> list[forms.BoundField]:
        """What every kind has."""
        return self._bound(ALWAYS)

    @property
    def claim_fields(self) -> list[forms.BoundField]:
        """Until when a credit can be claimed."""
        return self._bound(CLAIM)

    @property
    def exit_fields(self) -> list[forms.BoundField]:
        """When the customer may leave."""
        return self._bound(EXIT)

    def _bound(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[f"{PREFIX}{name}"] for name in names]


def stored(wording: Wording | None) -> dict[str, Any]:  # Any: each field has its own type
    """The initial values of a wording's promise; nothing without one."""
    said = wording.credits if wording else None
    if said is None:
        return {}
    kind = kind_of(said.rule)
    kept: dict[str, Any] = {f"{kind}_{name}": getattr(said.rule, name) for name in terms_of(kind)}
    kept |= {"kind": kind, "cap": None if said.rule.cap == WHOLE else said.rule.cap}
    kept |= {name: getattr(said, name) for name in ("monthly_fee", "currency", "holidays")}
    if said.claim is not None:
        kept |= {"claim_within": said.claim.length, "claim_days": said.claim.days}
    if said.chronic is not None:
        kept |= {name: getattr(said.chronic, name) for name in EXIT}
    if isinstance(said.rule, Bands):
        kept["bands"] = rows_of(said.rule)
    return {f"{PREFIX}{name}": value for name, value in kept.items()}
