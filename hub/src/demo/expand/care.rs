//! The care team, its plan and goals.

use serde_json::{Value, json};
use shared::identity::Organisation;

use super::record::Record;
use crate::demo::DemoError;
use crate::demo::format::{Care, Fact};

impl Record<'_> {
    /// `CareTeam/demo-<slug>-team`, to which the long-term consent points.
    pub(super) fn team_reference(&self) -> String {
        format!("CareTeam/{}-team", self.patient_id())
    }

    pub(super) fn care(&mut self, care: &Care) -> Result<(), DemoError> {
        let fact = Fact { by: care.by.clone(), on: care.on.clone(), ..Fact::default() };
        let goals = care.goals.iter().map(|words| self.goal(words, &fact)).collect::<Result<Vec<_>, _>>()?;
        let team = self.team(care, &fact)?;
        let mut plan = self.start("CarePlan", "plan", &fact)?;
        plan["status"] = json!("active");
        plan["intent"] = json!("plan");
        plan["title"] = json!(care.title);
        plan["description"] = json!(care.text);
        plan["subject"] = self.subject();
        plan["period"] = json!({"start": self.when(&care.on)?, "end": self.when(&care.review)?});
        plan["created"] = json!(self.when(&care.on)?);
        plan["author"] = self.who(&fact)?;
        plan["careTeam"] = json!([{"reference": self.team_reference(), "display": "Care team"}]);
        if !goals.is_empty() {
            let ids = goals.iter().filter_map(|g| g["id"].as_str());
            plan["goal"] = ids.map(|id| json!({"reference": format!("Goal/{id}")})).collect();
        }
        self.made.extend([plan, team]);
        self.made.extend(goals);
        Ok(())
    }

    fn goal(&mut self, words: &str, fact: &Fact) -> Result<Value, DemoError> {
        let mut goal = self.start("Goal", "goal", fact)?;
        goal["lifecycleStatus"] = json!("active");
        goal["description"] = json!({"text": words});
        goal["subject"] = self.subject();
        goal["startDate"] = json!(self.when(&fact.on)?);
        goal["expressedBy"] = json!({"reference": format!("Patient/{}", self.patient_id()), "display": "The patient"});
        Ok(goal)
    }

    fn team(&mut self, care: &Care, fact: &Fact) -> Result<Value, DemoError> {
        let members = care.team.iter().map(|key| self.member(key)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({
            "resourceType": "CareTeam",
            "id": format!("{}-team", self.patient_id()),
            "meta": {"source": self.source(&fact.by)?},
            "status": "active",
            "name": format!("Care team: {}", care.title),
            "subject": self.subject(),
            "period": {"start": self.when(&care.on)?},
            "participant": members
        }))
    }

    fn member(&self, key: &str) -> Result<Value, DemoError> {
        let (org_key, org) = self.sources.org_of(key)?;
        Ok(json!({
            "role": [{"text": self.sources.professional(key)?.title}],
            "member": self.sources.in_person(key)?,
            "onBehalfOf": {
                "reference": format!("Organization/{org_key}"),
                "identifier": {"system": Organisation::SYSTEM, "value": org.ods},
                "display": org.name
            }
        }))
    }
}
