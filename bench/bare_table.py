"""What the due list's page is measured against: 50 rows of the same question in a plain table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines

from pathways import clock
from pathways.models import Screening

TEMPLATE = """
{% load i18n %}<!DOCTYPE html>
<html lang="en"><head><title>{% trans "Due" %}</title></head><body>
<table class="table"><thead><tr><th>{% trans "Patient" %}</th><th>{% trans "Number" %}</th>
<th>{% trans "Screening" %}</th><th>{% trans "Owner" %}</th><th>{% trans "Due" %}</th>
<th>{% trans "Overdue from" %}</th></tr></thead><tbody>
{% for row in rows %}<tr>
  <td><a href="/patients/{{ row.patient_id }}/">{{ row.patient.family_name }},
    {{ row.patient.given_name }}</a></td>
  <td>{{ row.patient.mrn }}</td>
  <td>{{ row.definition.label }}</td>
  <td>{{ row.definition.owner|capfirst }}</td>
  <td>{{ row.due_on|date:"j M Y" }}</td>
  <td>{{ row.overdue_from|date:"j M Y" }}</td>
  <td><a class="btn" href="/due/{{ row.pk }}/">{% trans "Open" %}</a></td>
</tr>{% endfor %}
</tbody></table></body></html>
"""


def bare(request: HttpRequest) -> HttpResponse:
    """Show the 50 most overdue rows of the clinic and nothing else."""
    day = clock.today(request.clinic)
    rows = (
        Screening.objects.in_clinic(request.clinic)
        .overdue(day)
        .select_related("patient", "definition")
        .order_by("due_on", "id")[:50]
    )
    return HttpResponse(engines["django"].from_string(TEMPLATE).render({"rows": rows}, request))
