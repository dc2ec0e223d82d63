//! Recorded choices as Consents (IHE Privacy Consent on FHIR 1.1, R4): one per tier.

use serde_json::{Value, json};
use shared::identity::Organisation;

use super::record::{Record, hl7, label};
use crate::demo::DemoError;
use crate::demo::format::Choice;
use crate::demo::when::as_instant;

/// The tiers a patient chooses by.
const TIER: &str = "https://doorstep.example/CodeSystem/consent-tier";
/// How long a permission for a care setting or for the long term is good.
const TWO_YEARS: &str = "+2y";

impl Record<'_> {
    pub(super) fn consent(&mut self, choice: &Choice) -> Result<(), DemoError> {
        let given = self.when(&choice.on)?;
        let provision = self.provision(choice)?;
        let gp = self.sources.org(&self.person.gp)?;
        let made = json!({
            "resourceType": "Consent",
            "id": self.id("consent"),
            "status": if choice.superseded { "inactive" } else { "active" },
            "scope": hl7("consentscope", "patient-privacy"),
            "category": [
                {"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]},
                hl7("v3-ActCode", "INFA"),
                {"coding": [{"system": TIER, "code": choice.tier}]}
            ],
            "patient": self.subject(),
            "dateTime": as_instant(&given),
            "performer": [self.subject()],
            "organization": [{
                "identifier": {"system": Organisation::SYSTEM, "value": gp.ods}, "display": gp.name
            }],
            "sourceAttachment": {"contentType": "application/pdf", "title": "Sharing choices, signed form"},
            "policy": [{"uri": "https://doorstep.example/policy/sharing/2026-01"}],
            "provision": provision
        });
        self.made.push(made);
        Ok(())
    }

    fn provision(&self, choice: &Choice) -> Result<Value, DemoError> {
        let unknown = || DemoError::Code(format!("consent {} {}", choice.tier, choice.choice));
        let start = self.when(&choice.on)?;
        match (choice.tier.as_str(), choice.choice.as_str()) {
            ("opt-out", "deny") => Ok(json!({"type": "deny"})),
            ("emergency", "permit") => Ok(json!({
                "type": "permit", "period": {"start": start}, "purpose": [purpose("ETREAT")],
                "securityLabel": [label("N")], "actor": self.emergency_services()?
            })),
            ("emergency", "deny") => Ok(json!({"type": "deny", "purpose": [purpose("ETREAT"), purpose("BTG")]})),
            ("emergency", "deny-but-break-glass") => Ok(json!({
                "type": "deny", "purpose": [purpose("ETREAT")],
                "provision": [{"type": "permit", "purpose": [purpose("BTG")], "actor": self.emergency_services()?}]
            })),
            ("care-setting", "deny") => Ok(json!({"type": "deny", "purpose": [purpose("TREAT")]})),
            ("long-term", "deny") => Ok(json!({"type": "deny", "purpose": [purpose("CAREMGT")]})),
            ("care-setting", "permit") => self.limited(choice, "TREAT", self.actors(&choice.orgs)?),
            ("long-term", "permit") => {
                let mut actors = vec![actor(json!({"reference": self.team_reference(), "display": "Care team"}))];
                actors.extend(self.actors(&self.team_orgs()?)?);
                self.limited(choice, "CAREMGT", actors)
            }
            _ => Err(unknown()),
        }
    }

    fn limited(&self, choice: &Choice, code: &str, actors: Vec<Value>) -> Result<Value, DemoError> {
        let end = crate::demo::when::when(TWO_YEARS, self.given(choice)?)?;
        let mut provision = json!({
            "type": "permit", "period": {"start": self.when(&choice.on)?, "end": end},
            "purpose": [purpose(code)], "actor": actors, "securityLabel": [label("N")]
        });
        if !choice.labels.is_empty() {
            let labels: Vec<Value> = choice.labels.iter().map(|code| label(code)).collect();
            provision["provision"] =
                json!([{"type": "permit", "actor": self.actors(&choice.orgs)?, "securityLabel": labels}]);
        }
        Ok(provision)
    }

    fn given(&self, choice: &Choice) -> Result<jiff::Timestamp, DemoError> {
        let day = as_instant(&self.when(&choice.on)?);
        day.parse().map_err(|_| DemoError::Date(choice.on.clone()))
    }

    fn emergency_services(&self) -> Result<Vec<Value>, DemoError> {
        let keys = self.sources.organisations.iter().filter(|(_, o)| o.emergency).map(|(key, _)| key.clone());
        self.actors(&keys.collect::<Vec<_>>())
    }

    fn team_orgs(&self) -> Result<Vec<String>, DemoError> {
        let team = self.person.care.iter().flat_map(|care| &care.team);
        let mut orgs =
            team.map(|key| Ok(self.sources.org_of(key)?.0.to_owned())).collect::<Result<Vec<_>, DemoError>>()?;
        orgs.sort();
        orgs.dedup();
        Ok(orgs)
    }

    fn actors(&self, keys: &[String]) -> Result<Vec<Value>, DemoError> {
        keys.iter()
            .map(|key| {
                let org = self.sources.org(key)?;
                Ok(actor(json!({
                    "type": "Organization",
                    "identifier": {"system": Organisation::SYSTEM, "value": org.ods}, "display": org.name
                })))
            })
            .collect()
    }
}

fn actor(reference: Value) -> Value {
    json!({"role": hl7("v3-ParticipationType", "IRCP"), "reference": reference})
}

fn purpose(code: &str) -> Value {
    json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code})
}
