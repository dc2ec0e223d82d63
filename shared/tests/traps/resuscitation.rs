//! Trap 8: a decision on resuscitation in any of the shapes in which it is sent.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

fn shapes() -> Vec<Value> {
    let category = |code: &str| json!({"status": "active", "category": [coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", code)]});
    vec![
        made("Consent", "x", category("dnr")),
        made("Consent", "x", category("polst")),
        made(
            "Consent",
            "x",
            json!({"status": "active", "scope": coded("x", "adr"), "category": [{"text": "Advance directive"}], "provision": {"code": [{"text": "Not for resuscitation"}]}}),
        ),
        made(
            "DocumentReference",
            "x",
            json!({"status": "current", "type": coded("http://loinc.org", "100821-8"), "description": "POLST form"}),
        ),
        made(
            "DocumentReference",
            "x",
            json!({"status": "current", "content": [{"attachment": {"title": "DNACPR form"}}]}),
        ),
        made("Goal", "x", json!({"lifecycleStatus": "proposed", "description": {"text": "No CPR, please"}})),
        made(
            "Goal",
            "x",
            json!({"lifecycleStatus": "active", "description": {"text": "My wishes", "extension": [{"url": "urn:comment", "valueString": "Do not attempt resuscitation"}]}}),
        ),
        made(
            "Observation",
            "x",
            json!({"status": "final", "code": coded(SCT, "304251008"), "valueCodeableConcept": coded(SCT, "450476008")}),
        ),
        made(
            "Observation",
            "x",
            json!({"status": "final", "code": {"text": "Wishes"}, "extension": [{"url": "urn:comment", "valueString": "DNR"}]}),
        ),
        made(
            "Consent",
            "x",
            json!({"status": "active", "category": [coded("x", "acd")], "provision": {"type": "deny", "code": [{"text": "Cardiopulmonary resuscitation"}]}}),
        ),
        made("Flag", "x", json!({"status": "active", "code": {"text": "DNACPR"}})),
        made(
            "Condition",
            "x",
            json!({"clinicalStatus": "active", "code": {"coding": [{"system": SCT, "code": "143021000119109", "display": "Do not resuscitate status"}]}}),
        ),
        made(
            "ServiceRequest",
            "x",
            json!({"status": "active", "doNotPerform": true, "code": {"text": "Cardiopulmonary resuscitation"}}),
        ),
        made(
            "QuestionnaireResponse",
            "x",
            json!({"status": "completed", "item": [{"text": "CPR decision", "answer": [{"valueString": "Not for CPR"}]}]}),
        ),
    ]
}

#[test]
fn trap_08_a_decision_is_on_the_glance_in_every_shape() {
    for resource in shapes() {
        for listed in [&[resource.clone()][..], &[]] {
            let seen = read(&bundle(&[section(DIRECTIVES, listed)], std::slice::from_ref(&resource)));
            let first = seen.glance("cpr")[0];
            assert!(!first["item"].is_null(), "{resource}: {first}");
        }
    }
}

#[test]
fn trap_08_a_consent_that_denies_resuscitation_is_a_decision_against_it() {
    let consent = |kind: &str| {
        made(
            "Consent",
            "x",
            json!({"status": "active", "category": [coded("x", "acd")], "provision": {"type": kind, "code": [{"text": "Cardiopulmonary resuscitation"}]}}),
        )
    };
    assert_eq!(alone(DIRECTIVES, consent("deny")).glance("cpr")[0]["alert"], true);
    assert!(alone(DIRECTIVES, consent("permit")).glances("cpr", "permit: Cardiopulmonary resuscitation"));
}

#[test]
fn trap_08_two_decisions_that_disagree_are_both_shown() {
    let decision = |id: &str, code: &str| {
        made(
            "Observation",
            id,
            json!({"status": "final", "code": coded(SCT, "304251008"), "valueCodeableConcept": coded(SCT, code)}),
        )
    };
    let all = [decision("a", "450476008"), decision("b", "450475007")];
    let seen = read(&bundle(&[section(DIRECTIVES, &all)], &all));
    let lines = seen.glance("cpr");
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|l| l["alert"] == true && said(l).contains("verify the form")));
}

#[test]
fn trap_08_words_in_the_narrative_of_an_entry_alone_are_found() {
    let consent = made(
        "Consent",
        "x",
        json!({"status": "active", "category": [coded("urn:local", "7")], "text": {"div": "<div>Do not attempt <b>resuscitation</b></div>"}}),
    );
    let seen = read(&bundle(&[section(DIRECTIVES, std::slice::from_ref(&consent))], &[consent]));
    assert!(seen.glances("cpr", "Do not attempt resuscitation"), "{:?}", seen.glance("cpr"));
}

#[test]
fn trap_08_a_draft_or_a_proposal_is_shown_with_that_word() {
    for (kind, field, status) in
        [("Consent", "status", "draft"), ("Consent", "status", "proposed"), ("Goal", "lifecycleStatus", "proposed")]
    {
        let mut more = json!({"category": [coded("x", "dnr")], "description": {"text": "DNACPR"}});
        more[field] = json!(status);
        let seen = alone(DIRECTIVES, made(kind, "x", more));
        assert!(seen.glances("cpr", status), "{kind} {status}");
    }
}

#[test]
fn trap_08_silence_is_said_and_is_no_decision() {
    let seen = read(&bundle(&[], &[]));
    assert!(seen.glances("cpr", "No CPR decision in this record") && seen.glances("cpr", "Ask for the form"));
}

#[test]
fn trap_08_in_the_corpus_a_consent_not_to_resuscitate_is_an_alarm() {
    for real in real(&[
        "jddamore_IPSviewer/full_ips.json",
        "HL7_fhir-ips@sushi/Bundle-bundle-ips-all-sections.json",
        "npm_hl7.fhir.uv.ips_2.0.0/Bundle-bundle-ips-all-sections.json",
        "jddamore_IPSviewer@history/DE_no_info_with_Advance_Directive.json",
    ]) {
        let line = real.seen.glance("cpr")[0];
        assert!(line["alert"] == true && said(line).to_lowercase().contains("resuscitat"), "{line}");
    }
}

#[test]
fn trap_08_in_the_corpus_a_goal_with_thoughts_on_cpr_is_on_the_glance() {
    for real in real(&[
        "jddamore_IPSviewer@history/US_no_info_with_Advance_Directive.json",
        "jddamore_IPSviewer@history/US_no_info_with_Advance_Directive__8c59b16.json",
    ]) {
        let line = real.seen.glance("cpr")[0];
        assert!(!line["item"].is_null() && said(line).contains("proposed"), "{line}");
        assert!(said(line).to_lowercase().contains("cardiopulmonary resuscitation"));
    }
}

#[test]
fn trap_08_in_the_corpus_a_document_with_the_directive_is_pointed_to() {
    for real in real(&["jddamore_IPSviewer/full_ips.json"]) {
        assert!(real.seen.glances("cpr", "Advance Directive Document"));
    }
}
