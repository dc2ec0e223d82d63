//! A form, with the engine.

use std::sync::Arc;
use std::time::Duration;

use dioxus::prelude::*;
use engine::Engine;
use serde_json::Value;
use shared::identity::{Demographics, NoteId, PatientId, Role};
use tokio::sync::watch;

use super::{NotePage, Saved};
use crate::bridge::pulse;
use crate::components::{FaultBox, IdentityBar, Wait, Whom};
use crate::fault::{Doing, Fault};
use crate::forms::{Answers, Ask, Form, What, again, ready};
use crate::i18n::use_lang;
use crate::nav::{Place, use_nav};
use crate::verb::{perform, perform_saying};
use crate::views::record::At;

const AUTOSAVE: Duration = Duration::from_millis(400);

/// The way to what keeps a draft, and whether the newest is kept.
struct Keeper {
    typed: watch::Sender<String>,
    kept: watch::Receiver<bool>,
}

/// Keeps the newest text with the engine, in a task of its own: it goes on while the webview is frozen, and ends
/// after keeping what came last when the editor is gone. Starts from the `draft` that is kept already, so that an
/// editor opened and left changes nothing.
fn keep_draft(engine: Engine, patient: PatientId, form: String, draft: String) -> Keeper {
    let (sender, mut typed) = watch::channel(draft);
    let (told, kept) = watch::channel(true);
    tokio::spawn(async move {
        // A closed channel still answers Ok for a text that was not seen yet.
        while typed.changed().await.is_ok() {
            tokio::time::sleep(AUTOSAVE).await;
            let text = typed.borrow_and_update().clone();
            let done = engine.save_draft(&patient, &form, text).await;
            if let Err(error) = &done {
                tracing::warn!(code = error.code, "a draft was not kept");
            }
            told.send_replace(done.is_ok());
        }
    });
    Keeper { typed: sender, kept }
}

/// What is being written, or how far it is to that.
#[component]
fn Waiting(
    #[props(into)] person: Whom,
    words: &'static str,
    fault: Option<Fault>,
    on_retry: Option<EventHandler<()>>,
) -> Element {
    let lang = use_lang();
    let mut nav = use_nav();
    rsx! {
        div { class: "sticky", IdentityBar { person, now: (pulse().now)(), on_back: move |()| nav.write().back() } }
        div { class: "step",
            match fault {
                Some(fault) => rsx! { FaultBox { fault, on_retry } },
                None => rsx! { Wait { words: lang.t(words) } },
            }
        }
    }
}

/// Writing with the engine.
#[component]
pub fn NoteView(person: Demographics, form: Form) -> Element {
    let engine = use_context::<Engine>();
    let mut draft = use_signal(|| None::<Result<String, Fault>>);
    let (patient, name) = (person.patient.clone(), form.name());
    let ask = use_callback(move |()| {
        let (engine, patient, name) = (engine.clone(), patient.clone(), name.clone());
        perform(async move { engine.draft(&patient, &name).await }, move |answer| {
            draft.set(Some(answer.map(|kept| kept.map(|text| text.into_inner()).unwrap_or_default())));
        });
    });
    use_effect(move || ask(()));
    match draft() {
        Some(Ok(draft)) => {
            rsx! { Writing { person, kept_as: form.name(), begun: begin(&form, &draft), form, resumed: !draft.is_empty() } }
        }
        unread => rsx! { Waiting { person, words: "wait-draft", fault: unread.and_then(Result::err), on_retry: ask } },
    }
}

/// What a form starts from: its draft, or the words that are to be corrected.
fn begin(form: &Form, draft: &str) -> Answers {
    let corrected = match form {
        Form::Amend(amending) => amending.of.as_ref().map(|note| note.text.reveal().as_str()),
        _ => None,
    };
    match (corrected, draft) {
        (Some(text), "") => {
            let mut answers = Answers::default();
            answers.set("corrected", text);
            answers
        }
        (None, "") => Answers::default(),
        (_, draft) => Answers::read(draft),
    }
}

/// A form at work; `old`: in place of a note that was set aside.
#[component]
fn Writing(
    #[props(into)] person: Whom,
    form: Form,
    kept_as: String,
    begun: Answers,
    resumed: bool,
    #[props(default)] old: Option<NoteId>,
) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut nav = use_nav();
    let patient = person.patient().clone();
    let role = pulse.state.peek().session.staff().map_or(Role::Admin, |staff| staff.role);
    let draft = if resumed { begun.draft() } else { String::new() };
    let keeper = use_hook(|| Arc::new(keep_draft(engine.clone(), patient.clone(), kept_as, draft)));
    let mut answers = use_signal(|| begun);
    let mut asked = use_signal(|| None::<Ask>);
    let mut saved = use_signal(|| Saved::No);
    let mut page = use_signal(|| 0_u32);
    let doing = use_signal(Doing::default);
    // Asked anew with every keystroke and every tick of the clock.
    let kept = *keeper.kept.borrow();
    let typing = keeper.clone();
    let answer = move |(field, typed): (String, String)| {
        answers.write().set(&field, &typed);
        asked.set(None);
        typing.typed.send_replace(answers.peek().draft());
    };
    let filled = form.clone();
    let save = move |()| {
        let said = match ready(&filled, &answers.peek(), role, lang, jiff::Timestamp::now()) {
            Ok(said) => said,
            Err(ask) => return asked.set(Some(ask)),
        };
        let (engine, patient, keeper) = (engine.clone(), patient.clone(), keeper.clone());
        // The draft is forgotten with the note's own task: leaving this screen early must not bring it back.
        let saving = async move {
            let note = match (said.what, old) {
                (What::New(content), Some(old)) => engine.save_in_place_of(old, said.text, content).await?,
                (What::New(content), None) => engine.save_note(&patient, said.text, content).await?,
                (What::Edit(base, edit), _) => engine.save_edit(&patient, base, edit, said.text).await?,
            };
            keeper.typed.send_replace(String::new());
            Ok(note)
        };
        perform_saying(doing, lang.t("wait-save"), saving, move |_| saved.set(Saved::under(pulse.state.peek().link)));
    };
    let (whom, what) = (person.clone(), form.clone());
    let another = use_callback(move |()| match (&whom, &what) {
        // What was amended or edited is not the same any more: the next thing is chosen anew.
        (Whom::Known(whom), Form::Amend(_) | Form::Edit(_)) => nav.write().replace(Place::Write(whom.clone())),
        _ => {
            answers.set(Answers::default());
            saved.set(Saved::No);
            page += 1;
        }
    });
    rsx! {
        NotePage {
            key: "{page}", person, form, answers: answers(), role, resumed: page() == 0 && resumed, ask: asked(), kept,
            now: (pulse.now)(), doing: doing(), saved: saved(), on_answer: answer, on_save: save, on_another: old.is_none().then_some(another),
            on_back: move |()| nav.write().back(),
        }
    }
}

/// A note that was set aside, in its form: what stood in it, or what was made of that already.
#[component]
pub fn AgainView(whom: Whom, note: NoteId) -> Element {
    let (lang, engine, pulse) = (use_lang(), use_context::<Engine>(), pulse());
    let mut begun = use_signal(|| None::<Result<(Form, Answers, bool), Fault>>);
    let patient = whom.patient().clone();
    let ask = use_callback(move |()| {
        let (engine, patient) = (engine.clone(), patient.clone());
        let reading = async move {
            let old = engine.edit_again(note).await?;
            Ok((old, engine.draft(&patient, &engine::form_again(note)).await?))
        };
        perform(reading, move |answer| {
            begun.set(Some(answer.map(|((text, content), draft)| {
                let (form, was) = again(lang, &text, &content, *pulse.now.peek());
                let resumed = draft.is_some();
                (form, draft.map_or(was, |draft| Answers::read(draft.reveal())), resumed)
            })));
        });
    });
    use_effect(move || ask(()));
    match begun() {
        Some(Ok((form, begun, resumed))) => rsx! {
            Writing { person: whom, form, kept_as: engine::form_again(note), begun, resumed, old: note }
        },
        unread => {
            rsx! { Waiting { person: whom, words: "wait-draft", fault: unread.and_then(Result::err), on_retry: ask } }
        }
    }
}

/// An edit of what stands at a place of the record: it is read as it came, then its form opens.
#[component]
pub fn EditView(person: Demographics, at: At) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut base = use_signal(|| None::<Result<Value, Fault>>);
    let patient = person.patient.clone();
    let ask = use_callback(move |()| {
        let (engine, patient) = (engine.clone(), patient.clone());
        perform(async move { engine.source(&patient, at.document, at.entry).await }, move |raw| {
            base.set(Some(raw.and_then(|raw| {
                editable(raw.reveal()).ok_or_else(|| Fault::of_input("not-editable", lang.t("not-editable")))
            })));
        });
    });
    use_effect(move || ask(()));
    match base() {
        Some(Ok(base)) => rsx! { NoteView { person, form: Form::Edit(Box::new(base)) } },
        unread => rsx! { Waiting { person, words: "wait-base", fault: unread.and_then(Result::err), on_retry: ask } },
    }
}

/// A goal, task or alert with the id and version that an edit needs: the resource of an entry, or one that stands alone.
fn editable(raw: &str) -> Option<Value> {
    let mut read: Value = serde_json::from_str(raw).ok()?;
    let base = if read["resource"].is_object() { read["resource"].take() } else { read };
    let has = |value: &Value| value.as_str().is_some_and(|it| !it.is_empty());
    let kind = matches!(base["resourceType"].as_str(), Some("Goal" | "Task" | "Flag"));
    (kind && has(&base["id"]) && has(&base["meta"]["versionId"])).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_holds_can_be_edited_when_it_says_of_which_version_it_is() {
        let goal = r#"{"resourceType":"Goal","id":"g","meta":{"versionId":"3"}}"#;
        let entry = format!(r#"{{"fullUrl":"urn:uuid:1","resource":{goal}}}"#);
        for raw in [goal, entry.as_str()] {
            assert_eq!(editable(raw).map(|base| base["id"].clone()), Some("g".into()), "{raw}");
        }
        for raw in [
            r#"{"resource":{"resourceType":"Goal","id":"g"}}"#,
            r#"{"resource":{"resourceType":"Condition","id":"c","meta":{"versionId":"3"}}}"#,
            r#"{"fullUrl":"urn:uuid:1"}"#,
            "no JSON",
        ] {
            assert_eq!(editable(raw), None, "{raw}");
        }
    }
}
