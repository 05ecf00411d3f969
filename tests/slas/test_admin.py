"""The administration site shows everything to administrators and changes nothing."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from slas.models import Agreement, Revision, User
from tests.factories import House

MODELS = sorted(
    (model._meta.model_name or "" for model in admin.site._registry if model._meta.app_label == "slas"), key=str
)


@pytest.fixture
def site(house: House, client: Client) -> Client:
    """An administrator at the administration site."""
    User.objects.filter(pk=house.adam.pk).update(is_staff=True)
    client.force_login(house.adam)
    return client


def test_every_evidence_table_can_be_looked_up() -> None:
    assert MODELS == [
        "agreement",
        "attempt",
        "calendar",
        "calendarrevision",
        "notice",
        "product",
        "revision",
        "team",
        "user",
    ]


@pytest.mark.parametrize("model", MODELS)
def test_lists_are_shown_and_nothing_is_added(site: Client, model: str) -> None:
    assert site.get(reverse(f"admin:slas_{model}_changelist"), {"q": "a"}).status_code == 200
    assert site.get(reverse(f"admin:slas_{model}_add")).status_code == 403


def test_a_revision_is_shown_whole_and_cannot_be_changed(site: Client, house: House) -> None:
    page = reverse("admin:slas_revision_change", args=[house.revision.pk])
    before = Revision.objects.values().get()

    shown = site.get(page)
    changed = site.post(page, {"title": "Other words"})
    deleted = site.post(reverse("admin:slas_revision_delete", args=[house.revision.pk]), {"post": "yes"})

    assert "Sales stand still" in shown.content.decode()
    assert "_save" not in shown.content.decode()
    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert Revision.objects.values().get() == before


def test_a_person_is_shown_without_the_password(site: Client, house: House) -> None:
    shown = site.get(reverse("admin:slas_user_change", args=[house.jana.pk])).content.decode()

    assert "jana@example.test" in shown
    assert house.jana.password not in shown
    assert "md5" not in shown


@pytest.mark.parametrize("name", ["jana", "mira", "anton", "vera"])
def test_only_administrators_come_in(house: House, client: Client, name: str) -> None:
    client.force_login(getattr(house, name))

    assert client.get(reverse("admin:slas_agreement_changelist")).status_code in {302, 403}
    assert Agreement.objects.count() == 1
