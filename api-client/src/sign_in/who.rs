//! Who the token speaks for, in the words of this app: name, role, organisation.
//!
//! A service that knows this app says so in its userinfo. Any other says at most who it is (`fhirUser`, SMART App
//! Launch 2.2 §Scopes for requesting identity data); name, role and organisation are then read from the record service.

use reqwest::Method;
use serde_json::Value;
use shared::identity::{Organisation, Role, Staff, StaffId};

use super::{Discovery, SignInProblem, Token};
use crate::{Answer, Client, Error, url};

impl Client {
    /// Asks who signed in. For a client with the token.
    ///
    /// # Errors
    /// 401 as [`Error::Refused`]; [`SignInProblem::NoRole`] when nobody says in which known role the person works: an
    /// unknown role is never taken for a near one, it would allow too much.
    pub async fn who(&self, token: &Token) -> Result<Answer<Staff>, Error> {
        let mut known = token.claims.clone().unwrap_or_default();
        let mut answer = Answer { value: (), server_time: None, etag: None };
        if let Some(endpoint) = Discovery::fetch(self).await?.userinfo {
            let said = self.json(self.request(Method::GET, endpoint)?).await?;
            answer.server_time = said.server_time;
            known = together(known, said.value)?;
        }
        if let Some(staff) = staff(&known) {
            return answer.try_map(|()| Ok(staff));
        }
        let user = known["fhirUser"].as_str().and_then(|user| self.local(user));
        let Some((kind, id)) = user else { return Err(SignInProblem::NoRole.into()) };
        let staff = self.read_record(kind, id, &known).await?;
        answer.try_map(|()| Ok(staff))
    }

    // Relative, or under the base: a person somewhere else has no role here.
    fn local<'a>(&self, user: &'a str) -> Option<(&'static str, &'a str)> {
        let path = user.strip_prefix(self.base.as_str()).unwrap_or(user);
        let (kind, id) = path.split_once('/')?;
        let kind = ["Practitioner", "PractitionerRole"].into_iter().find(|known| *known == kind)?;
        url::id(id).ok().map(|id| (kind, id))
    }

    async fn read_record(&self, kind: &str, id: &str, known: &Value) -> Result<Staff, Error> {
        let (role, person) = if kind == "PractitionerRole" {
            let role = self.read("PractitionerRole", id).await?.value;
            let person = reference(&role["practitioner"], "Practitioner").unwrap_or_default();
            (Some(role), person)
        } else {
            let query = [("practitioner", format!("Practitioner/{id}")), ("active", "true".to_owned())];
            let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
            let found = self.search("PractitionerRole", &query, None).await?;
            let roles = found.resources.into_iter().map(shared::sensitive::Sensitive::into_inner);
            (roles.into_iter().find(|role| role_of(role).is_some()), id.to_owned())
        };
        let role = role.ok_or(SignInProblem::NoRole)?;
        let practitioner = self.read("Practitioner", &person).await?.value;
        let name = name(&practitioner).or_else(|| known["name"].as_str().map(str::to_owned));
        Ok(Staff {
            id: StaffId::new(&person),
            name: name.unwrap_or_else(|| person.clone()),
            role: role_of(&role).ok_or(SignInProblem::NoRole)?,
            job_title: title(&role),
            organisation: self.organisation(&role["organization"]).await,
        })
    }

    // Only for the eye: who may do what is decided by role and by the service.
    async fn organisation(&self, of: &Value) -> Organisation {
        let read = match reference(of, "Organization") {
            Some(id) => self.read("Organization", &id).await.map(|answer| answer.value).unwrap_or_default(),
            None => Value::Null,
        };
        let mut identifiers = read["identifier"].as_array().into_iter().flatten();
        let ods = identifiers.find(|i| i["system"] == Organisation::SYSTEM).and_then(|i| i["value"].as_str());
        let name = read["name"].as_str().or(of["display"].as_str());
        Organisation { ods: ods.unwrap_or_default().to_owned(), name: name.unwrap_or_default().to_owned() }
    }
}

// OpenID Connect Core §5.3.2: a userinfo about somebody else must not be used.
fn together(mut claims: Value, said: Value) -> Result<Value, Error> {
    if claims["sub"].is_string() && claims["sub"] != said["sub"] {
        return Err(SignInProblem::Unexpected.into());
    }
    match (claims.as_object_mut(), said) {
        (Some(all), Value::Object(said)) => all.extend(said),
        (_, said @ Value::Object(_)) => claims = said,
        _ => return Err(Error::NotFhir("an object of claims")),
    }
    Ok(claims)
}

/// A service that knows this app has `id`, `name`, `role`, `job_title` and `organisation` among its claims.
fn staff(known: &Value) -> Option<Staff> {
    let staff: Staff = serde_json::from_value(known.clone()).ok()?;
    let same = known["sub"].as_str().is_none_or(|sub| sub == staff.id.as_str());
    same.then_some(staff)
}

fn role_of(role: &Value) -> Option<Role> {
    let codings = role["code"].as_array()?.iter().filter_map(|code| code["coding"].as_array()).flatten();
    codings.filter_map(|c| Role::from_coding(c["system"].as_str()?, c["code"].as_str()?)).next()
}

fn title(role: &Value) -> String {
    let codes = role["code"].as_array().into_iter().flatten();
    let words = |code: &Value| {
        let display = code["coding"].as_array().and_then(|all| all.iter().find_map(|c| c["display"].as_str()));
        code["text"].as_str().or(display).map(str::to_owned)
    };
    codes.filter_map(words).next().unwrap_or_default()
}

fn name(practitioner: &Value) -> Option<String> {
    let names = practitioner["name"].as_array()?;
    let name = names.iter().find(|n| n["use"] == "official").or_else(|| names.first())?;
    let given = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let parts: Vec<_> = given.chain(name["family"].as_str()).collect();
    name["text"].as_str().map(str::to_owned).or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
}

fn reference(of: &Value, kind: &str) -> Option<String> {
    let (_, id) = of["reference"].as_str()?.rsplit_once(&format!("{kind}/"))?;
    url::id(id).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests;
