//! A later word on a note, and what a note is worth after it.

use shared::note::{Amendment, Amends, Content, Standing, Visit};

use super::fields::Asking;
use super::options::AMEND;
use super::read::Reader;
use super::{Amending, Ask, Field, Input, Ready, What};
use crate::i18n::Lang;

pub(super) fn fields(ask: Asking<'_>) -> Vec<Field> {
    let mut asked = vec![ask.choice("how", "field-amend", AMEND)];
    let more = |id, key| ask.field(id, key, Input::Text);
    match ask.answers.get("how") {
        "append" => asked.push(more("added", "field-added")),
        "replace" => {
            asked.push(ask.hinted(more("corrected", "field-corrected"), "hint-corrected"));
            asked.push(ask.line("reason", "field-amend-reason"));
        }
        "error" => asked.push(ask.hinted(ask.line("reason", "field-amend-reason"), "hint-taken-back")),
        _ => {}
    }
    asked
}

pub(super) fn ready(read: Reader<'_>, amending: &Amending) -> Result<Ready, Ask> {
    let (text, how) = match read.answers.get("how") {
        "append" => (read.needed("added")?, Amendment::Appends),
        "replace" => (read.needed("corrected")?, Amendment::Replaces { reason: read.needed("reason")?.into() }),
        "error" => {
            let reason = read.needed("reason")?;
            (reason.clone(), Amendment::EnteredInError { reason: reason.into() })
        }
        _ => return Err(read.ask("how", "ask-choose")),
    };
    let visit = Visit { amends: Some(Amends { note: amending.note, kind: amending.kind, how }), ..Visit::default() };
    Ok(Ready { text, what: What::New(Content::Visit(visit)) })
}

/// What a note is worth, in words, and its name in the page; `None` while it holds.
pub fn standing(lang: Lang, standing: &Standing) -> Option<(&'static str, String)> {
    match standing {
        Standing::Holds => None,
        Standing::Replaced(_) => Some(("replaced", lang.t("standing-replaced"))),
        Standing::Disputed(all) => Some(("disputed", lang.with("standing-disputed", [("count", all.len().into())]))),
        Standing::EnteredInError(_) => Some(("taken-back", lang.t("standing-taken-back"))),
    }
}
