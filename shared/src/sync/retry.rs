//! What a server's answer means for what was sent.

use std::time::Duration;

/// What came back from a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A status, with `Retry-After` where it was sent.
    Status {
        /// HTTP status.
        code: u16,
        /// Seconds the server asks us to wait.
        retry_after: Option<Duration>,
    },
    /// No answer: no route, refused, timed out, cut off half-way, or not HTTP.
    Nothing,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The record has it: created now (201) or by an earlier try whose answer was lost (200).
    Accepted,
    /// Try again later, for ever: nothing is wrong with the entry.
    Retry {
        /// What the server asked for.
        after: Option<Duration>,
    },
    /// Sign in again, then try again; the entry is untouched.
    SignIn,
    /// A person must decide.
    NeedsAttention,
}

/// Judges an answer. Anything unknown goes to a person: it is neither lost nor repeated for ever.
pub const fn verdict(answer: &Answer) -> Verdict {
    match answer {
        Answer::Nothing => Verdict::Retry { after: None },
        Answer::Status { code, retry_after } => match code {
            200 | 201 => Verdict::Accepted,
            401 => Verdict::SignIn,
            408 | 425 | 429 | 500..=599 => Verdict::Retry { after: *retry_after },
            _ => Verdict::NeedsAttention,
        },
    }
}

/// How long to wait before try number `attempts + 1`: full jitter under an exponential ceiling, at most
/// fifteen minutes; what the server asks for wins. `random` is in `0.0..1.0`.
pub fn retry_delay(attempts: u32, asked: Option<Duration>, random: f64) -> Duration {
    const CAP: Duration = Duration::from_secs(15 * 60);
    const SHORTEST: Duration = Duration::from_millis(200);
    if let Some(asked) = asked {
        // A server that asks for no wait at all must not be asked in a circle.
        return asked.clamp(SHORTEST, CAP * 4);
    }
    let ceiling = Duration::from_secs(1 << attempts.min(10)).min(CAP);
    let share = if random.is_nan() { 1.0 } else { random.clamp(0.0, 1.0) };
    ceiling.mul_f64(share).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_acceptance_accepts() {
        for code in 100..=999u16 {
            let accepted = verdict(&Answer::Status { code, retry_after: None }) == Verdict::Accepted;
            assert_eq!(accepted, matches!(code, 200 | 201), "{code}");
        }
        assert_eq!(verdict(&Answer::Nothing), Verdict::Retry { after: None });
    }

    #[test]
    fn waiting_grows_is_jittered_and_obeys_the_server() {
        assert_eq!(retry_delay(3, None, 1.0), Duration::from_secs(8));
        assert_eq!(retry_delay(60, None, 1.0), Duration::from_secs(900));
        assert!(retry_delay(60, None, 0.0) >= Duration::from_millis(200));
        assert_eq!(retry_delay(0, Some(Duration::from_secs(7)), 0.3), Duration::from_secs(7));
    }

    #[test]
    fn a_server_that_asks_for_no_wait_is_not_asked_in_a_circle() {
        assert!(retry_delay(0, Some(Duration::ZERO), 0.0) >= Duration::from_millis(200));
    }

    #[test]
    fn a_number_that_is_none_waits_the_longest() {
        assert_eq!(retry_delay(3, None, f64::NAN), Duration::from_secs(8));
    }
}
