"""Django's admin, for coordinators: settings of their clinics, staff, closures, pathway sign-off.

Every queryset is cut to the clinics the person coordinates, a superuser's too: rights come from a
current membership, never from the account alone. Clinical rows are read-only, nothing can be
deleted, and every change is an event in the audit trail.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from pathways import clock
from pathways.models import (
    Appointment,
    AuditEvent,
    Clinic,
    Closure,
    Consent,
    ContactPoint,
    Enrolment,
    Membership,
    Message,
    Observation,
    PathwaySignOff,
    PathwayVersion,
    Patient,
    Screening,
    ScreeningDefinition,
    User,
    WorkItem,
)
from pathways.rules.lifecycles import Role
from pathways.services import audit, catalogue
from pathways.services.actors import Actor
from pathways.services.errors import Refused

admin.site.site_header = "POEMS Clinic: settings"
admin.site.site_title = "POEMS Clinic"
admin.site.index_title = "For coordinators"


def coordinated(request: HttpRequest) -> list[int]:
    """Return the ids of the clinics that the reader coordinates now; kept for one request."""
    known: list[int] | None = getattr(request, "_coordinated", None)
    if known is None:
        rows = Membership.objects.current().filter(user=request.user.pk, role=Role.COORDINATOR)
        known = list(rows.values_list("clinic_id", flat=True))
        setattr(request, "_coordinated", known)  # noqa: B010
    return known


class ClinicAdmin(admin.ModelAdmin):
    """A page of the admin, cut to the reader's clinics, without deleting."""

    where = "clinic__in"
    may_add = False
    may_change = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only the rows of the reader's clinics."""
        return super().get_queryset(request).filter(**{self.where: coordinated(request)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Coordinators only."""
        return bool(coordinated(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators only."""
        return bool(coordinated(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only where a page says so."""
        return self.may_add and bool(coordinated(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only where a page says so."""
        return self.may_change and bool(coordinated(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here."""
        return False

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Offer the reader's own clinics, and no other."""
        if request is None:
            return db_field.formfield(**kwargs)
        if db_field.related_model is Clinic:
            kwargs["queryset"] = Clinic.objects.filter(pk__in=coordinated(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save, and write down what changed from what to what."""
        clinic = obj if isinstance(obj, Clinic) else obj.clinic
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            audit.record(
                by=Actor.person(request.user),  # type: ignore[arg-type]
                verb="changed a setting" if change else "added a setting",
                subject=obj,
                clinic=clinic,
                detail={
                    name: [str(form.initial.get(name, "")), str(form.cleaned_data.get(name, ""))]
                    for name in form.changed_data
                },
            )


@admin.register(Clinic)
class ClinicPage(ClinicAdmin):
    """The clinic's own settings. Pausing and releasing of mail are on the post page."""

    where = "pk__in"
    may_change = True
    list_display = ("name", "code", "time_zone", "country", "phone")
    readonly_fields = (
        "code",
        "country",
        "time_zone",
        "email",
        "link_host",
        "window_always_open",
        "sending_paused_at",
        "sending_paused_by",
        "sending_paused_reason",
        "release_needed_since",
        "is_demo",
    )


@admin.register(Closure)
class ClosurePage(ClinicAdmin):
    """Days on which the clinic is shut."""

    may_add = may_change = True
    list_display = ("on", "reason", "clinic")


@admin.register(Membership)
class MembershipPage(ClinicAdmin):
    """Who works here as what. A membership ends with a day; it is never deleted."""

    may_add = may_change = True
    list_display = ("user", "role", "clinic", "since_on", "ended_on")
    list_select_related = ("user", "clinic")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who and where stay as they are: another role is another membership."""
        return ("user", "clinic", "role", "since_on") if obj else ()

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Offer people without a clinic and people of the reader's own clinics."""
        if db_field.related_model is User and request is not None:
            known = Q(memberships__clinic__in=coordinated(request)) | Q(memberships__isnull=True)
            kwargs["queryset"] = User.objects.filter(known, is_active=True).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DefinitionInline(admin.TabularInline):
    """What a version asks for, to read before signing."""

    model = ScreeningDefinition
    fields = ("code", "phase", "opens_after", "due_after", "grace_days", "min_gap_days", "signed")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A published version is immutable."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A published version is immutable."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators only."""
        return bool(coordinated(request))


@admin.register(PathwayVersion)
class VersionPage(ClinicAdmin):
    """Published versions: the product's own, and those of the reader's clinics."""

    list_display = ("__str__", "clinic", "effective_from", "published_by")
    inlines = (DefinitionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PathwayVersion]:
        """The product's versions belong to nobody, so everybody may read them."""
        own = Q(clinic__isnull=True) | Q(clinic__in=coordinated(request))
        return admin.ModelAdmin.get_queryset(self, request).filter(own)


class SignOffForm(ModelForm):
    """A signature that the service will take; what it would refuse is told at its field."""

    def clean(self) -> dict[str, Any]:
        """Ask the service's own check, so that the two never differ."""
        words: dict[str, Any] = super().clean() or self.cleaned_data
        if {"version", "clinic", "signed_by", "signed_on"} <= words.keys():
            try:
                words["signed_by"] = catalogue.checked_signature(**words)
            except Refused as refusal:
                self.add_error(refusal.field, refusal.message)
        return words


@admin.register(PathwaySignOff)
class SignOffPage(ClinicAdmin):
    """A clinician's name under a version for one clinic; added by the service, never changed."""

    may_add = True
    form = SignOffForm
    list_display = ("version", "clinic", "signed_by", "signed_on")
    fields = ("version", "clinic", "signed_by", "signed_on")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Sign through the service, which writes the row and its event."""
        obj.pk = catalogue.sign(
            version=obj.version,
            clinic=obj.clinic,
            signed_by=obj.signed_by,
            signed_on=obj.signed_on,
            by=Actor.person(request.user),  # type: ignore[arg-type]
        ).pk

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Offer the product's versions and those of the reader's clinics."""
        if db_field.related_model is PathwayVersion and request is not None:
            own = Q(clinic__isnull=True) | Q(clinic__in=coordinated(request))
            kwargs["queryset"] = PathwayVersion.objects.filter(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Suggest the reader's clinic and its day."""
        clinic = Clinic.objects.filter(pk__in=coordinated(request)).first()
        return {"clinic": clinic, "signed_on": clock.today(clinic)} if clinic else {}


class ReadOnly(ClinicAdmin):
    """Clinical rows: to look at here, to change only through the clinic's own pages."""

    list_per_page = 50
    show_full_result_count = False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Opening a row about a person is a read event here too."""
        row = self.get_object(request, object_id)
        person = row if isinstance(row, Patient) else getattr(row, "patient", None)
        if row is not None and person is not None:
            audit.record(
                by=Actor.person(request.user),  # type: ignore[arg-type]
                verb=audit.OPENED,
                subject=row,
                clinic=row.clinic,
                patient=person,
            )
        return super().change_view(request, object_id, *args, **kwargs)


@admin.register(Patient)
class PatientPage(ReadOnly):
    """People. Not searched here: the admin would write a name into the address."""

    list_display = ("mrn", "family_name", "given_name", "birth_date", "clinic")


@admin.register(AuditEvent)
class AuditPage(ReadOnly):
    """Who did what to which record, when."""

    list_display = ("at", "actor", "verb", "subject_type", "subject_id")
    search_fields = ("actor", "verb", "subject_id")


for model in (
    Enrolment,
    Screening,
    Appointment,
    Observation,
    Message,
    WorkItem,
    ContactPoint,
    Consent,
):
    admin.site.register(model, type(f"{model.__name__}Page", (ReadOnly,), {}))
