//! Forms for a note in words, by role. A form only asks; what is saved is one text that anybody can read.

use serde::{Deserialize, Serialize};

use crate::identity::Role;

/// A form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// One empty page.
    #[default]
    Free,
    /// A crew's contact.
    CrewContact,
    /// A nurse's visit.
    NursingVisit,
    /// A carer's visit.
    CareVisit,
    /// A social worker's visit.
    SocialVisit,
    /// Words for whoever comes next.
    Handover,
}

impl Template {
    const ALL: [Self; 6] =
        [Self::Free, Self::CrewContact, Self::NursingVisit, Self::CareVisit, Self::SocialVisit, Self::Handover];

    /// The forms of a role, the most used first; a free page is always among them.
    pub const fn of(role: Role) -> &'static [Self] {
        match role {
            Role::EmergencyClinician => &[Self::CrewContact, Self::Handover, Self::Free],
            Role::CareTeamClinician => &[Self::NursingVisit, Self::Handover, Self::Free],
            Role::DomiciliaryCarer => &[Self::CareVisit, Self::Handover, Self::Free],
            Role::SocialWorker => &[Self::SocialVisit, Self::Handover, Self::Free],
            Role::Admin => &[Self::Free],
        }
    }

    /// What the form asks, as keys of translation.
    pub const fn prompts(self) -> &'static [&'static str] {
        match self {
            Self::Free => &[],
            Self::CrewContact => &["called-for", "found", "done", "outcome", "if-worse"],
            Self::NursingVisit => &["symptoms", "medicines", "person-and-family", "plan"],
            Self::CareVisit => &["care-given", "food-and-drink", "mood", "skin", "concerns"],
            Self::SocialVisit => &["situation", "wishes", "risks", "agreed"],
            Self::Handover => &["situation", "background", "assessment", "asked-for"],
        }
    }

    /// The code in our CodeSystem `note-template`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::CrewContact => "crew-contact",
            Self::NursingVisit => "nursing-visit",
            Self::CareVisit => "care-visit",
            Self::SocialVisit => "social-visit",
            Self::Handover => "handover",
        }
    }

    /// Reads a code; one that is not known is a free page, for the text says all.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|template| template.code() == code).unwrap_or_default()
    }
}

/// One text of the answers, each under its heading; what was left empty is left out.
pub fn compose<'a>(answers: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let said = answers.into_iter().filter(|(_, answer)| !answer.trim().is_empty());
    said.map(|(heading, answer)| format!("{heading}: {}", answer.trim())).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_role_may_write_freely_and_every_code_is_read_back() {
        for role in
            [Role::EmergencyClinician, Role::CareTeamClinician, Role::SocialWorker, Role::DomiciliaryCarer, Role::Admin]
        {
            assert!(Template::of(role).contains(&Template::Free), "{role:?}");
        }
        for template in Template::ALL {
            assert_eq!(Template::from_code(template.code()), template);
        }
    }

    proptest! {
        #[test]
        fn no_answer_is_lost_between_form_and_text(answers in proptest::collection::vec(("[A-Z][a-z]{2,8}", "\\PC{0,30}"), 0..6)) {
            let text = compose(answers.iter().map(|(h, a)| (h.as_str(), a.as_str())));
            for (heading, answer) in answers.iter().filter(|(_, a)| !a.trim().is_empty()) {
                let line = format!("{heading}: {}", answer.trim());
                prop_assert!(text.contains(&line));
            }
        }
    }
}
