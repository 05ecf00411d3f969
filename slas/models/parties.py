"""People, teams and products: who promises what to whom."""

from datetime import date, datetime, tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.core.validators import validate_email
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slas.validators import validate_zone

LANGUAGES = [("de", "Deutsch"), ("en", "English")]


class Role(models.TextChoices):
    """What a person may do everywhere, beyond what the structure gives (contracts.md, Who may)."""

    SERVICE_LEVEL_MANAGER = "service_level_manager", _("Service level manager")
    AUDITOR = "auditor", _("Auditor")
    IMPORTER = "importer", _("Importer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Priority(models.TextChoices):
    """How much it hurts; the agreement says what each one means."""

    P1 = "P1", "P1"
    P2 = "P2", "P2"
    P3 = "P3", "P3"
    P4 = "P4", "P4"


class PlainNotice(models.TextChoices):
    """The notices a person may switch off; escalations cannot be switched off."""

    NEW = "new", _("a new ticket for my team")
    ASSIGNED = "assigned", _("a ticket is assigned to me")
    ANSWERED = "answered", _("my ticket is answered")
    SETTLED = "settled", _("my ticket is resolved or rejected")
    MAINTENANCE = "maintenance", _("maintenance of my products")
    OUTAGE = "outage", _("a monitor proposes an outage of my team's product")
    CREDITS = "credits", _("certificates and credits of a month")


class User(AbstractBaseUser, PermissionsMixin):
    """A person: language, zone, place in the reporting line, absence and deputy."""

    username = models.CharField(_("username"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), validators=[validate_email])
    # Every letter and page is in this language, whoever caused it.
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="de")
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_zone])
    # PROTECT: escalations climb this line, so nobody in it may vanish.
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    # Only what a person may do everywhere; the rest follows from teams and products (contracts.md, Who may).
    roles = ArrayField(models.CharField(max_length=40, choices=Role), default=list, blank=True, verbose_name=_("roles"))
    deputy = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="deputises_for", verbose_name=_("deputy")
    )
    # Days, not instants: people are away from a morning to a morning of their own zone.
    absent_from_on = models.DateField(_("absent from"), null=True, blank=True)
    absent_to_on = models.DateField(_("first day back"), null=True, blank=True)
    # What is muted, not what is wanted: a new kind of notice reaches everybody at first.
    muted_notices = ArrayField(
        models.CharField(max_length=20, choices=PlainNotice), default=list, blank=True, verbose_name=_("muted notices")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the administration site"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]
    objects = UserManager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name, verbose_name_plural = _("person"), _("people")
        constraints = [
            # Two accounts with one mailbox could acknowledge for each other.
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                condition=models.Q(absent_to_on__isnull=True)
                | models.Q(absent_from_on__isnull=False, absent_to_on__gt=models.F("absent_from_on")),
                name="user_absence_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(manager__isnull=True) | ~models.Q(manager=models.F("pk")),
                name="user_not_own_manager",
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("pk")), name="user_not_own_deputy"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def role_names(self) -> list[str]:
        """The roles in the reader's language."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def tzinfo(self) -> tzinfo:
        """The zone this person reads in; that of the portal where the name means nothing."""
        # Zones come and go with the system's data; a name that is gone must not cost anybody a page or a letter.
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return timezone.get_default_timezone()

    def day_at(self, at: datetime) -> date:
        """The day it is where this person lives."""
        return at.astimezone(self.tzinfo).date()

    def get_full_name(self) -> str:
        """The name as people say it."""
        return self.name

    def has_role(self, *roles: Role) -> bool:
        """True when the person holds one of these roles, or is an administrator, who may everything."""
        return Role.ADMINISTRATOR in self.roles or any(role in self.roles for role in roles)

    @property
    def changes_nothing(self) -> bool:
        """An auditor changes nothing, wherever else they belong (contracts.md, Who may)."""
        return Role.AUDITOR in self.roles and Role.ADMINISTRATOR not in self.roles

    def is_absent_on(self, day: date) -> bool:
        """True from the first day away up to, but not including, the first day back."""
        if self.absent_from_on is None or day < self.absent_from_on:
            return False
        return self.absent_to_on is None or day < self.absent_to_on


class Team(models.Model):
    """People who work tickets together, with one lead."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    lead = models.ForeignKey(User, models.PROTECT, related_name="leads", verbose_name=_("lead"))
    members = models.ManyToManyField(User, related_name="teams", blank=True, verbose_name=_("members"))

    class Meta:
        ordering = ("name", "pk")
        verbose_name, verbose_name_plural = _("team"), _("teams")

    def __str__(self) -> str:
        return self.name


class Visibility(models.TextChoices):
    """Who sees a product and its figures."""

    EVERYONE = "everyone", _("everyone signed in")
    STAKEHOLDERS = "stakeholders", _("only the people of this product")


class Product(models.Model):
    """A product or service somebody depends on: its team provides it, its owner answers for it."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    team = models.ForeignKey(Team, models.PROTECT, related_name="products", verbose_name=_("team"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_products", verbose_name=_("product owner"))
    deputies = models.ManyToManyField(User, related_name="deputised_products", blank=True, verbose_name=_("deputies"))
    stakeholders = models.ManyToManyField(
        User, related_name="followed_products", blank=True, verbose_name=_("stakeholders")
    )
    tier = models.PositiveSmallIntegerField(_("tier"), default=3)
    visible_to = models.CharField(_("visible to"), max_length=20, choices=Visibility, default=Visibility.EVERYONE)
    public_promise = models.CharField(_("what we tell customers"), max_length=500, blank=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name, verbose_name_plural = _("product"), _("products")
        constraints = [
            models.CheckConstraint(condition=models.Q(tier__gte=1, tier__lte=4), name="product_tier_1_to_4"),
        ]

    def __str__(self) -> str:
        return self.name


class FallbackPerson(models.Model):
    """Who is told when nobody else can be: the end of every chain, in this order."""

    person = models.OneToOneField(User, models.PROTECT, related_name="fallback", verbose_name=_("person"))
    # Unique: the order of the last resort must never be a matter of luck.
    position = models.PositiveSmallIntegerField(_("position"), unique=True)

    class Meta:
        ordering = ("position",)
        verbose_name, verbose_name_plural = _("fallback person"), _("fallback people")

    def __str__(self) -> str:
        return f"{self.position}. {self.person}"
