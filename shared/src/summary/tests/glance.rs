//! What is seen first.

use serde_json::json;

use super::super::GlanceKind;
use super::*;

const DIRECTIVES: &str = "42348-3";
const BARS: &str = "https://fhir.nhs.uk/CodeSystem/flag-categories-bars";

fn of_kind(kind: GlanceKind, resources: &[Value]) -> Vec<Glance> {
    let summary = read(&bundle(&[section(DIRECTIVES, resources)], resources));
    lines(&summary, kind).into_iter().cloned().collect()
}

fn cpr_status(id: &str, value: &str, display: &str) -> Value {
    json!({"resourceType": "Observation", "id": id, "status": "final", "code": {"coding": [{"system": SCT, "code": "304251008", "display": "Resuscitation status"}]},
        "effectiveDateTime": "2025-11-02", "valueCodeableConcept": {"coding": [{"system": SCT, "code": value, "display": display}]}})
}

fn not_for_cpr() -> Value {
    cpr_status("no", "450476008", "Not for attempted cardiopulmonary resuscitation")
}

#[test]
fn a_decision_is_found_in_every_shape_in_which_it_is_sent() {
    for resource in [
        not_for_cpr(),
        json!({"resourceType": "Consent", "id": "x", "status": "active", "category": [coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr")]}),
        json!({"resourceType": "DocumentReference", "id": "x", "status": "current", "type": {"text": "Do not resuscitate form (POLST)"}}),
        json!({"resourceType": "Goal", "id": "x", "lifecycleStatus": "active", "description": {"text": "Thoughts on care", "extension": [{"url": "urn:comment", "valueString": "Do not attempt CPR"}]}}),
        json!({"resourceType": "Flag", "id": "x", "status": "active", "code": {"text": "DNACPR in place"}}),
        json!({"resourceType": "Observation", "id": "x", "status": "final", "code": {"text": "Advance care planning"}, "extension": [{"url": "urn:comment", "valueString": "DNR, form in hall"}]}),
        json!({"resourceType": "ServiceRequest", "id": "x", "status": "active", "intent": "order", "doNotPerform": true, "code": {"text": "Cardiopulmonary resuscitation"}}),
    ] {
        let lines = of_kind(GlanceKind::Cpr, std::slice::from_ref(&resource));
        assert!(lines[0].alert && lines[0].item.is_some(), "{resource}");
    }
}

#[test]
fn a_decision_says_what_when_and_that_its_review_is_overdue() {
    let decision = with(
        not_for_cpr(),
        json!({"performer": [{"display": "Dr Bea Low"}], "note": [{"text": "Review by 2026-05-01. Form on the fridge."}]}),
    );
    let line = &of_kind(GlanceKind::Cpr, &[decision])[0];
    assert_eq!(line.text, "NOT for CPR");
    assert!(line.detail.contains("recorded as “Not for attempted cardiopulmonary resuscitation”"), "{}", line.detail);
    assert!(line.review_overdue);
    assert_eq!((line.age.as_str(), line.source.as_str()), ("2025-11-02", "Dr Bea Low"));
    assert!(
        line.detail.contains("1 May 2026: OVERDUE") && line.detail.contains("Form on the fridge"),
        "{}",
        line.detail
    );
}

#[test]
fn a_plan_that_decides_nothing_does_not_hide_that_there_is_no_decision() {
    let passport = json!({"resourceType": "DocumentReference", "id": "x", "status": "current", "type": {"coding": [{"system": SCT, "code": "736366004", "display": "Advanced care plan"}]}});
    let lines = of_kind(GlanceKind::Cpr, &[passport]);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0].text.as_str(), lines[1].text.as_str()),
        ("No CPR decision in this record", "Advanced care plan")
    );
}

#[test]
fn conflicting_decisions_are_both_shown_and_the_form_is_to_be_verified() {
    let both = [not_for_cpr(), cpr_status("yes", "450475007", "For attempted cardiopulmonary resuscitation")];
    let lines = of_kind(GlanceKind::Cpr, &both);
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|l| l.alert && l.text.contains("CONFLICTING: verify the form")));
}

#[test]
fn a_withdrawn_decision_is_none_and_silence_is_said() {
    for more in [json!({"status": "entered-in-error"}), json!({"status": "cancelled"})] {
        let line = &of_kind(GlanceKind::Cpr, &[with(not_for_cpr(), more)])[0];
        assert_eq!(line.text, "No CPR decision in this record");
    }
    let mut withheld = section(DIRECTIVES, &[]);
    withheld["emptyReason"] = coded("x", "withheld");
    assert!(lines(&read(&bundle(&[withheld], &[])), GlanceKind::Cpr)[0].text.contains("withheld"));
}

#[test]
fn severe_allergies_come_first_and_none_is_left_out() {
    let mut all: Vec<Value> = (0..6).map(|i| allergy(&format!("a{i}"), json!({"text": format!("Mild{i}")}))).collect();
    all.push(with(allergy("s", json!({"text": "Penicillin"})), json!({"criticality": "high"})));
    let summary = read(&bundle(&[section(ALLERGIES, &all)], &all));
    let lines = lines(&summary, GlanceKind::Allergy);
    assert!(lines[0].text.contains("Penicillin") && lines[0].alert && lines.len() == 2);
    assert!((0..6).all(|i| lines[1].text.contains(&format!("Mild{i}"))));
}

#[test]
fn past_and_refuted_allergies_are_told_apart_from_those_that_hold() {
    let past = with(allergy("a", json!({"text": "Latex"})), json!({"clinicalStatus": coded("x", "resolved")}));
    let refuted =
        with(allergy("b", json!({"text": "Penicillin"})), json!({"verificationStatus": coded("x", "refuted")}));
    let summary = read(&bundle(&[section(ALLERGIES, &[past.clone(), refuted.clone()])], &[past, refuted]));
    let words: Vec<_> = lines(&summary, GlanceKind::Allergy).iter().map(|l| l.text.clone()).collect();
    assert!(
        words.len() == 1
            && words[0].contains("none that holds now")
            && words[0].contains("over: Latex")
            && !words.concat().contains("Penicillin"),
        "{words:?}"
    );
}

#[test]
fn critical_medicines_are_named_with_their_class_and_stopped_ones_are_not() {
    let medicine = |id: &str, name: &str, status: &str| json!({"resourceType": "MedicationStatement", "id": id, "status": status, "medicationCodeableConcept": {"text": name}, "dosage": [{"text": "as told"}]});
    let lines = of_kind(
        GlanceKind::CriticalMedicine,
        &[
            medicine("a", "Warfarin 3 mg", "active"),
            medicine("b", "Lantus", "stopped"),
            medicine("c", "Paracetamol", "active"),
            medicine("d", "Clozapine", "unknown"),
        ],
    );
    let texts: Vec<_> = lines.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["Anticoagulant: Warfarin 3 mg", "Clozapine (not known whether taken)"]);
}

#[test]
fn what_must_not_be_given_is_loud_while_the_order_holds() {
    let order = |status: &str| json!({"resourceType": "MedicationRequest", "id": "m", "status": status, "doNotPerform": true, "medicationCodeableConcept": {"text": "Haloperidol"}});
    let lines = of_kind(GlanceKind::CriticalMedicine, &[order("active")]);
    assert!(lines[0].alert && lines[0].text == "DO NOT GIVE: Haloperidol");
    assert!(of_kind(GlanceKind::CriticalMedicine, &[order("stopped")]).is_empty());
}

#[test]
fn just_in_case_medicines_stand_by_themselves() {
    let medicine = json!({"resourceType": "MedicationRequest", "id": "m", "status": "active", "medicationCodeableConcept": {"text": "Morphine 10 mg/ml"}, "category": [{"text": "Just in case"}]});
    assert_eq!(of_kind(GlanceKind::JustInCase, std::slice::from_ref(&medicine)).len(), 1);
    assert!(of_kind(GlanceKind::CriticalMedicine, &[medicine]).is_empty());
}

#[test]
fn access_codes_are_masked_everywhere_but_behind_the_gate() {
    let flag = json!({"resourceType": "Flag", "id": "f", "status": "active", "category": [{"text": "access"}], "code": {"text": "Key safe left of the door, code 4071"}});
    let mut alerts = section("104605-1", std::slice::from_ref(&flag));
    alerts["text"] = json!({"div": "<p>Key safe, code 4071</p>"});
    let summary = read(&bundle(&[alerts], &[flag]));
    let line = lines(&summary, GlanceKind::Access)[0];
    assert_eq!(line.text, "Key safe: code held");
    let found = item(&summary, "Key safe");
    assert!(found.gated.starts_with("Key safe left of the door, code 4071"));
    let mut shown = summary.clone();
    shown.sections.iter_mut().flat_map(|s| &mut s.items).for_each(|i| i.gated.clear());
    assert!(!serde_json::to_string(&shown).unwrap().contains("4071"));
    assert!(line.detail.contains("left of the door"));
}

#[test]
fn one_alert_may_be_about_danger_and_about_entry() {
    let flag = json!({"resourceType": "Flag", "id": "f", "status": "active", "category": [coded(BARS, "SS")], "period": {"start": "2026-03-01", "end": "2026-09-01"},
        "code": {"text": "Key safe code held by control. Large dog in the rear garden."}});
    let summary = read(&bundle(&[], &[flag]));
    assert_eq!(lines(&summary, GlanceKind::Access).len(), 1);
    let safety = lines(&summary, GlanceKind::Safety);
    assert!(
        safety[0].alert && safety[0].detail.contains("overdue") && safety[0].age == "2026-03-01",
        "{}",
        safety[0].detail
    );
}

#[test]
fn devices_pregnancy_places_and_baseline_are_found() {
    let device = json!({"resourceType": "DeviceUseStatement", "id": "d", "status": "active", "device": {"reference": "Device/x"}});
    let body = json!({"resourceType": "Device", "id": "x", "type": {"text": "Pacemaker"}});
    let summary = read(&bundle(&[section("46264-8", std::slice::from_ref(&device))], &[device, body]));
    assert_eq!(lines(&summary, GlanceKind::Device)[0].text, "Pacemaker");

    let pregnant = json!({"resourceType": "Observation", "id": "o", "status": "final", "code": coded("http://loinc.org", "82810-3"), "effectiveDateTime": "2026-09-01", "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA15173-0", "display": "Pregnant"}]}});
    assert!(of_kind(GlanceKind::Pregnancy, std::slice::from_ref(&pregnant))[0].alert);
    let old = with(pregnant.clone(), json!({"effectiveDateTime": "2019-09-01"}));
    assert!(of_kind(GlanceKind::Pregnancy, &[old])[0].detail.contains("ask"));
    let not = with(pregnant, json!({"valueCodeableConcept": {"text": "Not pregnant"}}));
    assert!(of_kind(GlanceKind::Pregnancy, &[not]).is_empty());

    let place = json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Preferred place of death"}, "valueCodeableConcept": coded(SCT, "108401000000102")});
    assert_eq!(of_kind(GlanceKind::PreferredPlace, &[place])[0].text, "Preferred place of death: hospice");

    let said = json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Preferred place of death"}, "valueCodeableConcept": {"text": "Preferred place of death: home"}});
    assert_eq!(of_kind(GlanceKind::PreferredPlace, &[said])[0].text, "Preferred place of death: home");

    let target = json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Oxygen saturation target"}, "valueString": "88-92 %"});
    assert_eq!(of_kind(GlanceKind::Baseline, &[target])[0].text, "Oxygen saturation target: 88-92 %");
}

#[test]
fn contacts_come_from_the_person_and_from_relatives() {
    let mut document = bundle(
        &[],
        &[
            json!({"resourceType": "RelatedPerson", "id": "r", "name": [{"text": "Chidi Okafor"}], "relationship": [{"text": "son"}], "telecom": [{"value": "020 7946 0000"}]}),
        ],
    );
    document["entry"][1]["resource"]["contact"] = json!([{"name": {"text": "Ada Eze"}, "relationship": [coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "DAU")]}]);
    let summary = read(&document);
    let texts: Vec<_> = lines(&summary, GlanceKind::Contact).iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["Chidi Okafor (son)", "Ada Eze (daughter)"]);
}

#[test]
fn each_role_has_its_order() {
    let resources = [
        not_for_cpr(),
        allergy("a", json!({"text": "Latex"})),
        json!({"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Spare key with the neighbour"}}),
        json!({"resourceType": "Flag", "id": "g", "status": "active", "code": {"text": "Aggressive dog"}}),
    ];
    let first = |role: Role| read_as(&bundle(&[], &resources), role).glance.iter().map(|g| g.kind).collect::<Vec<_>>();
    assert_eq!(
        first(Role::EmergencyClinician),
        [GlanceKind::Safety, GlanceKind::Access, GlanceKind::Cpr, GlanceKind::Allergy]
    );
    assert_eq!(
        first(Role::DomiciliaryCarer),
        [GlanceKind::Access, GlanceKind::Safety, GlanceKind::Allergy, GlanceKind::Cpr]
    );
    assert_eq!(
        first(Role::CareTeamClinician),
        [GlanceKind::Safety, GlanceKind::Access, GlanceKind::Cpr, GlanceKind::Allergy]
    );
}

#[test]
fn every_line_with_an_item_points_at_it() {
    let resources = [not_for_cpr(), allergy("a", json!({"text": "Latex"}))];
    let summary = read(&bundle(&[section(DIRECTIVES, &resources)], &resources));
    for line in summary.glance.iter().filter(|l| l.item.is_some()) {
        let (s, i) = line.item.unwrap();
        let item = &summary.sections[s].items[i];
        let words = if item.resource_type == "Observation" { "NOT for CPR" } else { item.text.as_str() };
        assert!(line.text.contains(words), "{} is not {words}", line.text);
    }
}

/// A wish as somebody at the door heard it.
fn heard(id: &str, item: &str, value: Value) -> Value {
    with(
        json!({"resourceType": "Observation", "id": id, "status": "preliminary", "effectiveDateTime": "2026-11-01",
            "code": {"coding": [{"system": "https://doorstep.example/CodeSystem/record-item", "code": item}], "text": "Preferred place of death"}}),
        value,
    )
}

#[test]
fn a_wish_that_nobody_confirmed_never_looks_confirmed() {
    const HEARD: &str = "said to a carer, not confirmed";
    let home = json!({"valueCodeableConcept": {"coding": [{"system": SCT, "code": "110481000000108"}], "text": "Preferred place of death: home"}});
    let one = heard("h", "preferred-place", home.clone());
    let summary = read(&bundle(&[section(DIRECTIVES, std::slice::from_ref(&one))], std::slice::from_ref(&one)));
    assert!(lines(&summary, GlanceKind::PreferredPlace)[0].text.contains(HEARD));
    assert!(of(&summary, DIRECTIVES).items.iter().all(|item| item.detail.contains(HEARD)));
    // Beside one that was confirmed each says what it is, also when both say the same.
    let confirmed = with(heard("c", "preferred-place", home), json!({"status": "final"}));
    let both = of_kind(GlanceKind::PreferredPlace, &[one, confirmed]);
    let said: Vec<bool> = both.iter().map(|line| line.text.contains(HEARD)).collect();
    assert_eq!(said.len(), 2);
    assert!(said.contains(&true) && said.contains(&false), "{said:?}");
}

#[test]
fn what_somebody_heard_about_resuscitation_is_no_decision() {
    let said = json!({"valueString": "No CPR, he said.", "code": {"coding": [{"system": "https://doorstep.example/CodeSystem/record-item", "code": "treatment-wish"}], "text": "What treatment is wished"}});
    let all = of_kind(GlanceKind::Cpr, &[heard("w", "treatment-wish", said)]);
    let words: Vec<&str> = all.iter().map(|line| line.text.as_str()).collect();
    assert!(all.iter().all(|line| !line.alert && !line.text.starts_with("NOT for CPR")), "{words:?}");
    assert!(words.iter().any(|line| line.starts_with("No CPR decision")), "{words:?}");
    let mut told = all.iter().filter(|line| line.text.contains("he said"));
    assert!(told.all(|line| line.text.contains("said to a carer, not confirmed")), "{words:?}");
}
