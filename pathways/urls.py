"""Every address of the clinic, on one page."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from pathways.views import (
    alert_answers,
    alert_people,
    alert_tuning,
    alerts,
    answers,
    appointments,
    care_entries,
    check_in,
    contacts,
    courses,
    cycles,
    disease,
    documents,
    due_list,
    enrolments,
    exam_form,
    exams,
    gallery,
    health,
    history,
    imports,
    mailbox,
    messages_gallery,
    panel,
    patients,
    post,
    results,
    screenings,
    sessions,
    therapy,
    toxicity,
    work,
)

PERSON = "patients/<uuid:patient_id>/"
VISIT = f"{PERSON}visits/<int:visit_id>/"
SCREENING = f"{PERSON}screenings/<int:screening_id>/"
TOXICITY = f"{PERSON}toxicity/<int:toxicity_id>/"
RESULT = f"{PERSON}results/<int:result_id>/"
ALERT = "alerts/<int:alert_id>/"
EXAM = f"{PERSON}exams/<int:exam_id>/"
COURSE = f"{PERSON}therapy/courses/<int:course_id>/"
CYCLE = f"{PERSON}therapy/cycles/<int:cycle_id>/"
CARE = f"{PERSON}therapy/care/"
POINT = f"{PERSON}contact/<int:point_id>/"

urlpatterns: list[URLPattern] = [
    # Signing in, and one's own settings.
    path("", sessions.home, name="home"),
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("clinic/", sessions.switch_clinic, name="switch-clinic"),
    path("settings/", sessions.settings, name="settings"),
    path("password/", sessions.change_password, name="change-password"),
    # For machines.
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # The due list.
    path("due/", due_list.due_list, name="due-list"),
    path("due/export.csv", due_list.export, name="due-export"),
    path("due/<int:screening_id>/why/", due_list.why, name="why-due"),
    # People.
    path("patients/", patients.patients, name="patients"),
    path("find/", patients.find, name="find"),
    path(PERSON, patients.patient, name="patient"),
    path(f"{PERSON}history/", history.patient_history, name="patient-history"),
    path(f"{PERSON}book/", appointments.book, name="book"),
    path(f"{VISIT}move/", appointments.move, name="visit-move"),
    path(f"{VISIT}cancel/", appointments.cancel, name="visit-cancel"),
    path(f"{VISIT}attended/", appointments.attended, name="visit-attended"),
    path(f"{VISIT}not-attended/", appointments.not_attended, name="visit-not-attended"),
    path(f"{SCREENING}postpone/", screenings.postpone, name="postpone"),
    path(f"{SCREENING}sooner/", screenings.recall_early, name="recall-early"),
    path(f"{SCREENING}cease/", screenings.cease, name="cease"),
    path(f"{SCREENING}remind/", screenings.remind, name="remind"),
    path(f"{PERSON}screenings/turn-on/", screenings.turn_on, name="turn-on"),
    path(f"{PERSON}decisions/<int:decision_id>/take-back/", screenings.take_back, name="take-back"),
    path(f"{PERSON}results/", results.patient_results, name="patient-results"),
    path(f"{PERSON}results/record/", results.record, name="record-result"),
    path(f"{PERSON}results/panel/", panel.record_panel, name="record-panel"),
    path(RESULT, results.result, name="result"),
    path(f"{RESULT}lost/", results.lost, name="result-lost"),
    path(f"{RESULT}in-error/", results.in_error, name="result-in-error"),
    path(f"{RESULT}reject/", results.reject, name="result-reject"),
    # Neurological exams.
    path(f"{PERSON}nerves/", exams.nerves, name="patient-nerves"),
    path(f"{PERSON}exams/record/", exam_form.record, name="record-exam"),
    path(EXAM, exams.exam, name="exam"),
    path(f"{EXAM}correct/", exam_form.correct, name="exam-correct"),
    path(f"{EXAM}in-error/", exams.in_error, name="exam-in-error"),
    # The disease as clinicians record it.
    path(f"{PERSON}disease/", disease.patient_disease, name="patient-disease"),
    path(f"{PERSON}diagnosis/", disease.record_diagnosis, name="record-diagnosis"),
    path(
        f"{PERSON}diagnosis/<int:diagnosis_id>/in-error/",
        disease.diagnosis_in_error,
        name="diagnosis-in-error",
    ),
    path(f"{PERSON}features/<slug:feature>/", disease.record_feature, name="record-feature"),
    path(
        f"{PERSON}features/<int:feature_id>/in-error/",
        disease.feature_in_error,
        name="feature-in-error",
    ),
    path(f"{PERSON}responses/<slug:domain>/", disease.record_response, name="record-response"),
    path(
        f"{PERSON}responses/<int:response_id>/in-error/",
        disease.response_in_error,
        name="response-in-error",
    ),
    path(f"{PERSON}toxicity/", toxicity.choose, name="choose-toxicity"),
    path(
        f"{PERSON}toxicity/<str:version>/<slug:term>/record/",
        toxicity.record,
        name="record-toxicity",
    ),
    path(f"{TOXICITY}ended/", toxicity.ended, name="toxicity-ended"),
    path(f"{TOXICITY}in-error/", toxicity.in_error, name="toxicity-in-error"),
    # Therapy.
    path(f"{PERSON}therapy/", therapy.patient_therapy, name="patient-therapy"),
    path(f"{PERSON}therapy/plan/", therapy.choose, name="course-choose"),
    path(f"{PERSON}therapy/plan/<slug:regimen>/", therapy.start, name="course-start"),
    path(f"{COURSE}begin/", courses.begin, name="course-begin"),
    path(f"{COURSE}take-back/", courses.take_back_beginning, name="course-take-back"),
    path(f"{COURSE}change/", courses.change, name="course-change"),
    path(f"{COURSE}hold/", courses.hold, name="course-hold"),
    path(f"{COURSE}resume/", courses.resume, name="course-resume"),
    path(f"{COURSE}complete/", courses.complete, name="course-complete"),
    path(f"{COURSE}stop/", courses.stop, name="course-stop"),
    path(f"{COURSE}reopen/", courses.reopen, name="course-reopen"),
    path(f"{COURSE}in-error/", courses.in_error, name="course-in-error"),
    path(f"{CYCLE}day-1/", cycles.day_1, name="cycle-day-1"),
    path(f"{CYCLE}day-1/take-back/", cycles.take_back_day_1, name="cycle-take-back"),
    path(f"{CYCLE}delay/", cycles.delay, name="cycle-delay"),
    path(f"{CYCLE}delay/take-back/", cycles.take_back_delay, name="cycle-delay-take-back"),
    path(f"{CYCLE}days/", cycles.days_given, name="cycle-days"),
    path(f"{CYCLE}change/", cycles.change, name="cycle-change"),
    path(f"{CYCLE}end/", cycles.end, name="cycle-end"),
    path(f"{CARE}add/", care_entries.add, name="care-add"),
    path(f"{CARE}<int:entry_id>/end/", care_entries.end, name="care-end"),
    path(f"{CARE}<int:entry_id>/in-error/", care_entries.in_error, name="care-in-error"),
    # The pathway.
    path(f"{PERSON}phase/", enrolments.change_phase, name="change-phase"),
    path(f"{PERSON}transplant/", enrolments.transplant, name="transplant"),
    path(f"{PERSON}hold/", enrolments.hold, name="hold"),
    path(f"{PERSON}resume/", enrolments.resume, name="resume"),
    path(f"{PERSON}transfer/", enrolments.transfer, name="transfer"),
    path(f"{PERSON}withdraw/", enrolments.withdraw, name="withdraw"),
    path(f"{PERSON}complete/", enrolments.complete, name="complete"),
    path(f"{PERSON}death/", enrolments.death, name="death"),
    path(f"{PERSON}return/", enrolments.return_to_care, name="return"),
    path(f"{PERSON}contact/email/", contacts.email, name="contact-email"),
    path(f"{PERSON}contact/phone/", contacts.phone, name="contact-phone"),
    path(f"{POINT}consent/", contacts.consent, name="contact-consent"),
    path(f"{POINT}suspend/", contacts.suspend, name="contact-suspend"),
    # Findings that wait for an answer.
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/read/", alert_answers.read_all, name="alerts-read"),
    path("alerts/people/", alert_people.asked, name="alerts-people"),
    path("alerts/people/chain/", alert_people.chain, name="alerts-chain"),
    path("alerts/people/duty/", alert_people.duty, name="alerts-duty"),
    path("alerts/people/duty/<int:duty_id>/", alert_people.end_duty, name="alerts-duty-end"),
    path("alerts/people/out-of-hours/", alert_people.out_of_hours, name="alerts-out-of-hours"),
    path("alerts/tuning/", alert_tuning.tuning, name="alerts-tuning"),
    path("alerts/tuning/<slug:rule>/", alert_tuning.change, name="alerts-rule"),
    path(ALERT, alerts.alert, name="alert"),
    path(f"{ALERT}answer/", alert_answers.answer, name="alert-answer"),
    path(f"{ALERT}snooze/", alert_answers.snooze, name="alert-snooze"),
    path(f"{ALERT}reassign/", alert_answers.reassign, name="alert-reassign"),
    path(f"{ALERT}reproduce/", alerts.reproduce, name="alert-reproduce"),
    path(f"{PERSON}check-in/", check_in.ask, name="check-in"),
    path(f"{PERSON}check-in/<int:check_in_id>/", check_in.kept, name="check-in-kept"),
    # Files that are loaded.
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:run_id>/", imports.one, name="import"),
    path("imports/<int:run_id>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/<int:run_id>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:run_id>/rejects/", imports.rejects, name="import-rejects"),
    # What the staff owe.
    path("work/", work.work, name="work-items"),
    path("work/<int:item_id>/done/", work.done, name="work-done"),
    path("work/<int:item_id>/put-off/", work.put_off, name="work-put-off"),
    # The post.
    path("post/", post.post, name="post"),
    path("post/<int:message_id>/", post.letter, name="letter"),
    path("post/<int:message_id>/sheet/", post.sheet, name="letter-sheet"),
    path("post/<int:message_id>/hold/", post.hold, name="letter-hold"),
    path("post/<int:message_id>/release/", post.release, name="letter-release"),
    path("post/pause/", post.pause, name="post-pause"),
    path("post/resume/", post.resume, name="post-resume"),
    path("post/release/", post.release_clinic, name="post-release"),
    path("messages/", messages_gallery.gallery, name="messages-gallery"),
    path(
        "messages/<slug:kind>/<slug:language>/",
        messages_gallery.sheet,
        name="messages-gallery-sheet",
    ),
    # What the documents say; every part of the interface.
    path("documents/", documents.documents, name="documents"),
    path("components/", gallery.components, name="components"),
    # The links in mail. The whole rest is the token, so that a damaged one meets a page of ours,
    # also one with a line break in it.
    re_path(r"^c/(?P<token>(?s:.*))\Z", answers.call, name="answer-call"),
    re_path(r"^s/(?P<token>(?s:.*))\Z", answers.stop, name="answer-stop"),
    re_path(r"^w/(?P<token>(?s:.*))\Z", answers.when_to_call, name="answer-when"),
    re_path(r"^u/(?P<token>(?s:.*))\Z", answers.one_click, name="one-click-stop"),
    # The demo's mailbox; elsewhere these addresses answer that there is nothing.
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", mailbox.mail, name="mailbox-mail"),
    path("mailbox/<str:name>/sheet/", mailbox.sheet, name="mailbox-sheet"),
    path("mailbox/<str:name>/visit.ics", mailbox.calendar_file, name="mailbox-calendar"),
]
