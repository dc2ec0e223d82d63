//! What an answer says about what was sent.

use api_client::{Answer as Heard, EntryAnswer, Error as ClientError};
use jiff::Timestamp;
use shared::sync::Answer;

/// What an answer means for the entry: its status, and when the record received it. An entry is accepted only
/// when each part of its transaction was.
pub(super) fn judge(answer: &Result<Heard<Vec<EntryAnswer>>, ClientError>, now: Timestamp) -> (Answer, Timestamp) {
    match answer {
        Ok(answer) => {
            let parts = &answer.value;
            let worst = parts.iter().map(|p| p.status).find(|s| !matches!(s, 200 | 201));
            let received = parts.first().and_then(|p| p.last_modified).or(answer.server_time).unwrap_or(now);
            match (worst, parts.first()) {
                (None, Some(first)) => (Answer::Status { code: first.status, retry_after: None }, received),
                // No status that can be read: nobody said that it was accepted, and asking again is harmless.
                (Some(0), _) | (None, None) => (Answer::Nothing, now),
                (Some(code), _) => (Answer::Status { code, retry_after: None }, now),
            }
        }
        Err(error) => match error.refusal() {
            Some(refusal) => (Answer::Status { code: refusal.status, retry_after: refusal.retry_after }, now),
            None => (Answer::Nothing, now),
        },
    }
}

/// Why it was refused, for the person who wrote it.
pub(super) fn reason(answer: &Result<Heard<Vec<EntryAnswer>>, ClientError>, judged: &Answer) -> String {
    let of_parts = |parts: &[EntryAnswer]| parts.iter().find_map(|p| p.issue.clone());
    let issue = match answer {
        Ok(answer) => of_parts(&answer.value),
        Err(error) => error.refusal().and_then(|r| r.issue.clone()),
    };
    let said = issue.map(|i| i.text.into_inner()).filter(|text| !text.is_empty());
    let status = if let Answer::Status { code, .. } = judged { *code } else { 0 };
    said.unwrap_or_else(|| match status {
        413 => "This note is too large for the record service. Write it again in two parts.".to_owned(),
        _ => format!("The record service refused this note (status {status})."),
    })
}
