"""Nothing is written through the administration site: not by a form, not by an action, not by an inline, by nobody."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from slas.admin import LookUp
from slas.models import (
    Agreement,
    Attempt,
    Calendar,
    CalendarRevision,
    Notice,
    PriorityDefinition,
    Product,
    ReviewParticipant,
    Revision,
    Step,
    Target,
    Team,
    User,
)
from tests.factories import IN_FORCE_FROM, House

SHOWN: dict[str, type[Model]] = {
    "agreement": Agreement,
    "attempt": Attempt,
    "calendar": Calendar,
    "calendarrevision": CalendarRevision,
    "notice": Notice,
    "product": Product,
    "revision": Revision,
    "team": Team,
    "user": User,
}
PARTS = (PriorityDefinition, Target, Step, ReviewParticipant)
WRITTEN = {
    "name": "Other",
    "title": "Other",
    "slug": "other",
    "username": "other",
    "email": "o@example.test",
    "tier": "1",
}


@pytest.fixture
def kept(house: House) -> dict[str, Model]:
    """A row of every model that the site shows."""
    notice = Notice.objects.create(
        key="a", message_id="<a@x>", kind="new", recipient=house.jana, context={}, created_at=IN_FORCE_FROM
    )
    attempt = Attempt.objects.create(notice=notice, at=IN_FORCE_FROM, address="j@example.test", is_accepted=True)
    return {
        "agreement": house.agreement,
        "attempt": attempt,
        "calendar": house.office,
        "calendarrevision": house.office.revisions.get(),
        "notice": notice,
        "product": house.product,
        "revision": house.revision,
        "team": house.team,
        "user": house.rita,
    }


@pytest.fixture
def site(house: House, client: Client) -> Client:
    """An administrator at the administration site."""
    User.objects.filter(pk=house.adam.pk).update(is_staff=True)
    client.force_login(house.adam)
    return client


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of everything the site could reach; signing in notes its moment."""
    rows = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in (*SHOWN.values(), *PARTS)}
    for person in rows["User"]:
        del person["last_login"]
    return rows


@pytest.mark.parametrize("model", SHOWN)
def test_a_row_is_shown_and_a_form_sent_to_it_changes_nothing(site: Client, kept: dict[str, Model], model: str) -> None:
    page = reverse(f"admin:slas_{model}_change", args=[kept[model].pk])
    before = everything()

    shown, sent = site.get(page), site.post(page, WRITTEN)

    assert (shown.status_code, sent.status_code) == (200, 403)
    assert 'type="submit" value="Save' not in shown.content.decode()
    assert everything() == before


@pytest.mark.parametrize("model", SHOWN)
def test_nothing_is_added(site: Client, kept: dict[str, Model], model: str) -> None:
    page = reverse(f"admin:slas_{model}_add")
    before = everything()

    assert (site.get(page).status_code, site.post(page, WRITTEN).status_code) == (403, 403)
    assert everything() == before


@pytest.mark.parametrize("model", SHOWN)
def test_nothing_is_deleted(site: Client, kept: dict[str, Model], model: str) -> None:
    page = reverse(f"admin:slas_{model}_delete", args=[kept[model].pk])
    before = everything()

    assert (site.get(page).status_code, site.post(page, {"post": "yes"}).status_code) == (403, 403)
    assert everything() == before


@pytest.mark.parametrize("model", SHOWN)
@pytest.mark.parametrize("action", ["delete_selected", "anything"])
def test_no_list_has_an_action(site: Client, kept: dict[str, Model], model: str, action: str) -> None:
    page = reverse(f"admin:slas_{model}_changelist")
    before = everything()

    answer = site.post(page, {"action": action, "_selected_action": [kept[model].pk], "post": "yes"}, follow=True)

    assert answer.status_code in {200, 403, 405}
    assert everything() == before
    assert "delete_selected" not in site.get(page).content.decode()


@pytest.mark.parametrize("model", SHOWN)
@pytest.mark.parametrize(
    ("name", "may"), [("adam", True), ("vera", True), ("anton", True), ("mira", False), ("ida", False), ("rita", False)]
)
def test_only_those_who_may_read_everything_may_look(house: House, model: str, name: str, may: bool) -> None:
    shown = admin.site._registry[SHOWN[model]]
    request = RequestFactory().get("/")
    request.user = getattr(house, name)

    assert isinstance(shown, LookUp)
    assert (shown.has_view_permission(request), shown.has_module_permission(request)) == (may, may)
    assert not any(
        (
            shown.has_add_permission(request),
            shown.has_change_permission(request),
            shown.has_delete_permission(request),
        )
    )


@pytest.mark.parametrize("word", ["Kasse", "%", "'", "\x00", "x" * 300, "🙂"])
@pytest.mark.parametrize("model", SHOWN)
def test_any_word_can_be_searched(site: Client, kept: dict[str, Model], model: str, word: str) -> None:
    assert site.get(reverse(f"admin:slas_{model}_changelist"), {"q": word}).status_code in {200, 302}


def test_nobody_sees_what_signs_a_person_in(site: Client, house: House) -> None:
    page = site.get(reverse("admin:slas_user_change", args=[house.rita.pk])).content.decode()

    assert "rita@example.test" in page
    assert not any(word in page for word in (house.rita.password, "is_superuser", "user_permissions"))


@pytest.mark.parametrize("model", SHOWN)
def test_strangers_are_asked_to_sign_in(client: Client, kept: dict[str, Model], model: str) -> None:
    answer = client.get(reverse(f"admin:slas_{model}_change", args=[kept[model].pk]))

    assert answer.status_code == 302
    assert "login" in answer["Location"]
