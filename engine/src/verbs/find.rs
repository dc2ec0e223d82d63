//! Ask who this could be.

use api_client::Error as ClientError;
use jiff::civil::Date;
use shared::audit::Act;
use shared::identity::{Demographics, NhsNumber};
use shared::sensitive::Sensitive;

use crate::session::Open;
use crate::{Advice, Engine, EngineError};

/// How to look a person up.
#[derive(Debug, Clone)]
pub enum FindQuery {
    /// By NHS number.
    NhsNumber(NhsNumber),
    /// By family name (from its beginning) and date of birth.
    NameAndBirthDate {
        /// Family name.
        family: Sensitive<String>,
        /// Date of birth.
        born: Date,
    },
}

impl Engine {
    /// Asks the record service who this could be. Needs a connection. Nothing of it is kept.
    ///
    /// # Errors
    /// `offline` and its like; `several-people` when one NHS number leads to more than one person, because then
    /// nobody can tell which record is meant.
    pub async fn find(&self, query: FindQuery) -> Result<Vec<Demographics>, EngineError> {
        let open = self.open()?;
        let client = open.client()?;
        let found = match &query {
            FindQuery::NhsNumber(number) => {
                let identifier = format!("{}|{number}", NhsNumber::SYSTEM);
                client.search("Patient", &[("identifier", &identifier)], None).await
            }
            FindQuery::NameAndBirthDate { family, born } => {
                let born = born.to_string();
                client.search("Patient", &[("family", family.reveal().trim()), ("birthdate", &born)], None).await
            }
        };
        let page = self.inner.heard_page(&open, found).await?;
        let people = page.resources.iter().map(|r| Demographics::from_fhir(r.reveal()));
        let people = people.collect::<Result<Vec<_>, _>>().map_err(|_| ClientError::NotFhir("a list of Patients"))?;
        let found = sort_out(&query, people);
        self.searched(&open, &query, found.as_deref().unwrap_or_default()).await?;
        found
    }

    /// Writes down a search, once for each person who was found. What was asked stays out of it: it names somebody.
    async fn searched(&self, open: &Open, query: &FindQuery, found: &[Demographics]) -> Result<(), EngineError> {
        let inner = &self.inner;
        let action = match query {
            FindQuery::NhsNumber(_) => "find-by-number",
            FindQuery::NameAndBirthDate { .. } => "find-by-name",
        };
        let of = |person: &Demographics| inner.event_about(Act::Search, action, open, &person.patient);
        let mut events: Vec<_> = found.iter().map(of).collect();
        if events.is_empty() {
            events.push(inner.event(Act::Search, action, Some(&open.staff)));
        }
        inner.audit.append_all(events).await
    }
}

/// A server that does not know a parameter may ignore it and answer everybody: what does not fit the question
/// is no answer to it.
fn sort_out(query: &FindQuery, people: Vec<Demographics>) -> Result<Vec<Demographics>, EngineError> {
    let fits = |person: &Demographics| match query {
        FindQuery::NhsNumber(number) => person.nhs_number == Some(*number),
        // A partial date of birth in the record fits when it does not contradict.
        FindQuery::NameAndBirthDate { born, .. } => born.to_string().starts_with(person.birth_date.reveal().as_str()),
    };
    let fitting: Vec<_> = people.into_iter().filter(fits).collect();
    match (query, fitting.len()) {
        (FindQuery::NhsNumber(_), 2..) => {
            let text = "The record service has more than one person under this NHS number. Do not open either; tell the service desk.";
            Err(EngineError::new("several-people", text, Advice::CallServiceDesk))
        }
        _ => Ok(fitting),
    }
}
