//! Who the token speaks for (OpenID Connect Core §5.3).

use reqwest::Method;
use shared::identity::Staff;

use crate::sign_in::Discovery;
use crate::{Answer, Client, Error};

impl Client {
    /// Asks who is signed in. Needs a client [with a token](Client::with_token).
    ///
    /// # Errors
    /// 401 as [`Error::Refused`]; [`Error::NotFhir`] when the answer does not name a member of staff with a
    /// known role: an unknown role is never taken for a near one.
    pub async fn userinfo(&self) -> Result<Answer<Staff>, Error> {
        let endpoint = Discovery::fetch(self).await?.userinfo.ok_or(Error::NotFhir("a userinfo endpoint"))?;
        let request = self.request(Method::GET, endpoint)?;
        self.json(request).await?.try_map(|value| {
            let sub = value["sub"].as_str().map(str::to_owned);
            let staff: Staff = serde_json::from_value(value).map_err(|_| Error::NotFhir("a member of staff"))?;
            let same = sub.is_none_or(|sub| sub == staff.id.as_str());
            if same { Ok(staff) } else { Err(Error::NotFhir("one member of staff")) }
        })
    }
}
