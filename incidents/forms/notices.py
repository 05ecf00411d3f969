"""The filters of the list of notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from slas.forms.filters import FilterForm
from slas.models import User
from slas.models.notices import NoticeState

# What each letter is about, by the name of its template.
LETTERS = {
    "escalation": _("escalation"),
    "parked": _("a clock stands still"),
    "digest": _("digest"),
    "new": _("new ticket"),
    "assigned": _("assignment"),
    "answered": _("answer"),
    "resolved": _("resolution"),
    "rejected": _("rejection"),
    "outage": _("outage that a monitor proposes"),
    "review_reminder": _("review"),
    "review_action_due": _("action of a review"),
    "budget": _("time down that runs out"),
    "maintenance": _("maintenance"),
    "certificate": _("certificate of a month"),
    "credit_proposed": _("credit that is proposed"),
    "credit_reminder": _("credit to claim"),
    "credit_claimed": _("credit to decide"),
    "credit_decided": _("credit that is decided"),
    "credit_expired": _("credit that has expired"),
    "canary": _("trial letter"),
}


class NoticeFilter(FilterForm):
    """Notices by what became of them, what they say, and to whom."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *NoticeState.choices], required=False)
    kind = forms.ChoiceField(label=_("Letter"), choices=[("", _("all")), *LETTERS.items()], required=False)
    recipient = forms.ModelChoiceField(
        label=_("Recipient"),
        queryset=User.objects.order_by("name", "pk"),
        required=False,
        to_field_name="username",
        empty_label=_("everybody"),
    )
