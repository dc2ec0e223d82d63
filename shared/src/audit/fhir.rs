//! An event as a FHIR R4 AuditEvent, in the shape of IHE Basic Audit Log Patterns (BALP) where BALP has one.
//!
//! Code systems: DICOM Context Group 400 ff. (DCM), HL7 audit-event-type, restful-interaction, v3-ActReason,
//! iso-21089-lifecycle; NHS SCR alerts for broken glass; one of our own for what none of them has.

use serde_json::{Value, json};

use super::event::{Act, Actor, Event, Observer};
use crate::consent::{Outcome, Purpose};
use crate::identity::{DeviceId, Organisation, Staff};

pub(super) const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
pub(super) const REST: &str = "http://hl7.org/fhir/restful-interaction";
pub(super) const ACTION: &str = "https://doorstep.example/CodeSystem/audit-action";
const HL7: &str = "http://terminology.hl7.org/CodeSystem";
const ALERT: &str = "https://fhir.nhs.uk/CodeSystem/SCR-AlertType";
const ALERT_REASON: &str = "https://fhir.nhs.uk/CodeSystem/SCR-AlertReason";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP";

/// What a kind of event is called in the code systems.
struct Shape {
    kind: (&'static str, &'static str),
    subtypes: Vec<(&'static str, &'static str)>,
    action: &'static str,
    profile: Option<&'static str>,
}

impl Event {
    /// The AuditEvent. It has no number in it, so that it can be chained.
    pub fn to_fhir(&self) -> Value {
        let shape = self.shape();
        let mut made = json!({"resourceType": "AuditEvent", "id": self.id});
        if let Some(profile) = shape.profile {
            made["meta"] = json!({"profile": [format!("{BALP}/StructureDefinition/IHE.BasicAudit.{profile}")]});
        }
        made["type"] = coding(shape.kind);
        made["subtype"] = shape.subtypes.into_iter().map(coding).collect();
        made["action"] = json!(shape.action);
        made["recorded"] = json!(self.at);
        made["outcome"] = json!(self.outcome_code());
        if let Some(reason) = &self.reason {
            made["outcomeDesc"] = json!(reason);
        }
        if let Some(purpose) = self.purpose {
            made["purposeOfEvent"] = json!([act_reason(purpose.code())]);
        }
        made["agent"] = Value::Array(self.agents());
        made["source"] = self.source();
        made["entity"] = Value::Array(self.entities());
        made
    }

    fn shape(&self) -> Shape {
        let rest = ("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest");
        let shape = |kind, subtypes: &[(&'static str, &'static str)], action, profile| Shape {
            kind,
            subtypes: subtypes.to_vec(),
            action,
            profile,
        };
        // A profile names the person and the reader: an event without either has the shape and does not claim it.
        let whole = self.patient.is_some() && self.actor.is_some();
        let claimed = |profile| Some(profile).filter(|_| whole);
        match self.act {
            Act::Read if self.action == "summary" => {
                shape(rest, &[(REST, "read"), (REST, "operation")], "R", claimed("PatientRead"))
            }
            Act::Read => shape(rest, &[(REST, "read")], "R", claimed("PatientRead")),
            Act::Search => shape(rest, &[(REST, "search-type")], "E", None),
            Act::Note => shape(rest, &[(REST, "create")], "C", claimed("PatientCreate")),
            Act::AccountReceived => shape(rest, &[(REST, "batch")], "C", None),
            Act::Decide if self.consents.is_empty() => shape((DCM, "110113"), &[(ACTION, "AuthZ-Role")], "E", None),
            Act::Decide => {
                let subtype = ("https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent");
                shape((DCM, "110113"), &[subtype], "E", claimed("AuthZconsent"))
            }
            Act::BreakGlassStart => {
                shape((DCM, "110113"), &[(DCM, "110127"), (ALERT, "1"), (ALERT_REASON, "5")], "E", None)
            }
            Act::BreakGlassStop => shape((DCM, "110113"), &[(DCM, "110138")], "E", None),
            // Access alert (2): made in an emergency (5), or on the word of the clinician alone (4).
            Act::Notify if self.action == "notify-privacy-officer" => {
                let why = if self.purpose == Some(Purpose::BreakGlass) { "5" } else { "4" };
                shape((DCM, "110113"), &[(ACTION, "notify"), (ALERT, "2"), (ALERT_REASON, why)], "E", None)
            }
            Act::Notify => shape((DCM, "110113"), &[(ACTION, "notify")], "E", None),
            Act::Export => {
                let disclose = ("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose");
                shape((DCM, "110106"), &[disclose], "R", claimed("PrivacyDisclosure.Source"))
            }
            Act::SignIn => shape((DCM, "110114"), &[(DCM, "110122")], "E", None),
            Act::SignOut => shape((DCM, "110114"), &[(DCM, "110123")], "E", None),
            Act::UnlockFailed => shape((DCM, "110114"), &[(ACTION, "unlock")], "E", None),
            Act::LeaseEnded => shape(
                ("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "destroy"),
                &[(ACTION, "lease")],
                "D",
                None,
            ),
            Act::Wiped => shape(
                ("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "destroy"),
                &[(ACTION, "wipe")],
                "D",
                None,
            ),
            Act::AccountDamaged => shape((DCM, "110113"), &[(ACTION, "account-damaged")], "E", None),
            Act::AccountRead => shape((DCM, "110101"), &[(ACTION, "account")], "R", None),
        }
    }

    /// 0 done, 4 refused, 8 a decision that refuses (the scale of BALP's own examples).
    fn outcome_code(&self) -> &'static str {
        match (self.act, self.outcome) {
            (Act::UnlockFailed, _) => "4",
            (Act::AccountDamaged, _) => "8",
            (Act::Decide, Some(Outcome::Deny | Outcome::NotFound)) => "8",
            (_, Some(Outcome::Deny | Outcome::NotFound)) => "4",
            _ => "0",
        }
    }

    fn agents(&self) -> Vec<Value> {
        let (sender, receiver) = match self.act {
            // What is read flows from the server, what is asked or written towards it.
            Act::Read | Act::Export => ("110152", "110153"),
            _ => ("110153", "110152"),
        };
        let here = match &self.observer {
            Observer::Hub(id) | Observer::Device(id) => *id,
        };
        let client = self.client.or(matches!(self.observer, Observer::Device(_)).then_some(here));
        let mut agents = Vec::new();
        if matches!(self.act, Act::Read | Act::Search | Act::Note | Act::Export) {
            agents
                .push(json!({"type": {"coding": [coding((DCM, sender))]}, "who": device(client), "requestor": false}));
            agents.push(
                json!({"type": {"coding": [coding((DCM, receiver))]}, "who": device(Some(here)), "requestor": false}),
            );
        } else {
            agents.push(
                json!({"type": {"coding": [coding((DCM, "110150"))]}, "who": device(client), "requestor": false}),
            );
        }
        agents.extend(self.actor.iter().map(|actor| self.person(actor)));
        if matches!(self.act, Act::Decide | Act::BreakGlassStart | Act::BreakGlassStop) {
            let organisation = self.actor.iter().map(|actor| &actor.organisation).find(|ods| !ods.is_empty());
            agents.extend(organisation.map(|ods| organisation_agent(ods)));
            let server = coding(("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver"));
            agents.push(json!({"type": {"coding": [server]}, "who": device(Some(here)), "requestor": false}));
        }
        agents
    }

    fn person(&self, actor: &Actor) -> Value {
        let part = if self.act == Act::Note { "AUT" } else { "IRCP" };
        let mut agent = json!({
            "type": {"coding": [coding(("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", part))]},
            "who": {"identifier": {"system": Staff::SYSTEM, "value": actor.staff}},
            "requestor": true
        });
        if let Some(role) = actor.role {
            agent["role"] =
                json!([{"coding": [coding(("https://doorstep.example/CodeSystem/staff-role", role.code()))]}]);
        }
        if !actor.organisation.is_empty() {
            agent["location"] = json!({"identifier": {"system": Organisation::SYSTEM, "value": actor.organisation}});
        }
        if let Some(lease) = self.lease {
            agent["policy"] = json!([lease.urn()]);
        }
        if let Some(purpose) = self.purpose {
            agent["purposeOfUse"] = json!([act_reason(purpose.code())]);
        }
        agent
    }

    fn source(&self) -> Value {
        let (id, kind) = match &self.observer {
            Observer::Hub(id) => (*id, "4"),
            Observer::Device(id) => (*id, "1"),
        };
        json!({"observer": device(Some(id)), "type": [coding(("http://terminology.hl7.org/CodeSystem/security-source-type", kind))]})
    }

    fn entities(&self) -> Vec<Value> {
        let typed = |kind, role| json!({"type": coding(("http://terminology.hl7.org/CodeSystem/audit-entity-type", kind)), "role": coding(("http://terminology.hl7.org/CodeSystem/object-role", role))});
        let mut entities = Vec::new();
        if let Some(patient) = &self.patient {
            let mut entity = typed("1", "1");
            entity["what"] = json!({"reference": format!("Patient/{patient}")});
            entities.push(entity);
        }
        let consents = self.consents.iter();
        let consent = |it: &String| {
            let kind = coding(("http://hl7.org/fhir/resource-types", "Consent"));
            json!({"type": kind, "what": {"reference": it}})
        };
        entities.extend(consents.map(consent));
        if self.act == Act::Decide && !self.consents.is_empty() {
            // The profile of a consent decision closes its slices: the person, the consents, and nothing else.
            return entities;
        }
        let mut entity = typed("2", if self.act == Act::Search { "24" } else { "4" });
        if let Some(data) = &self.data {
            entity["what"] = json!({"reference": data});
        }
        entity["detail"] = Value::Array(self.details());
        entities.push(entity);
        if let Some(request) = &self.request {
            let kind = coding(("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId"));
            entities.push(json!({"type": kind, "what": {"identifier": {"value": request}}}));
        }
        entities
    }
}

impl Event {
    /// What has no place elsewhere. Of a device: under which lease, and how old what was read was.
    fn details(&self) -> Vec<Value> {
        let detail = |kind: &str, value: String| json!({"type": kind, "valueString": value});
        let mut details = vec![detail("action", self.action.clone())];
        if let (Observer::Device(_), Some(lease)) = (&self.observer, self.lease) {
            details.push(detail("lease", lease.to_string()));
        }
        details.extend(self.data_age.map(|age| detail("data-age-s", age.to_string())));
        details
    }
}

fn coding((system, code): (&str, &str)) -> Value {
    json!({"system": system, "code": code})
}

fn act_reason(code: &str) -> Value {
    json!({"coding": [{"system": format!("{HL7}/v3-ActReason"), "code": code}]})
}

fn organisation_agent(ods: &str) -> Value {
    json!({
        "type": {"coding": [coding(("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV"))]},
        "who": {"type": "Organization", "identifier": {"system": Organisation::SYSTEM, "value": ods}},
        "requestor": false
    })
}

/// A device by its id; who it was is not always known, and then said.
fn device(id: Option<DeviceId>) -> Value {
    match id {
        Some(id) => json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": id.urn()}}),
        None => json!({"display": "Application, not named"}),
    }
}
