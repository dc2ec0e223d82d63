//! Signing in, once a shift: the staff of the service.

use dioxus::prelude::*;
use engine::Engine;
use shared::identity::{Staff, StaffId};

use crate::components::{FaultBox, Icon, Progress, Shape, Wait};
use crate::fault::{Doing, Fault};
use crate::i18n::use_lang;
use crate::verb::{perform, perform_saying};

/// What is known of the list of staff.
#[derive(Debug, Clone, PartialEq)]
pub enum StaffList {
    /// Being asked for.
    Asking,
    /// As answered; empty where the service offers no list.
    Heard(Vec<Staff>),
    /// Not answered.
    Failed(Fault),
}

/// The list and what came of choosing.
#[component]
pub fn SignInPage(
    staff: StaffList,
    doing: Doing,
    on_choose: EventHandler<StaffId>,
    on_retry: EventHandler<()>,
    on_back: Option<EventHandler<()>>,
) -> Element {
    let lang = use_lang();
    rsx! {
        main { class: "gate", "data-view": "sign-in",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t("sign-in-title")} }
            p { class: "lead", {lang.t("sign-in-lead")} }
            Progress { doing: doing.clone() }
            match staff {
                StaffList::Asking => rsx! { Wait { words: lang.t("wait-staff") } },
                StaffList::Failed(fault) => rsx! { FaultBox { fault, on_retry } },
                StaffList::Heard(staff) if staff.is_empty() => rsx! { p { class: "empty", {lang.t("sign-in-nobody")} } },
                StaffList::Heard(staff) => rsx! {
                    ul { class: "rows",
                        for person in staff {
                            li { key: "{person.id}", StaffRow { person, busy: doing.is_busy(), on_choose } }
                        }
                    }
                },
            }
            if let Some(back) = on_back {
                button { class: "quiet", r#type: "button", onclick: move |_| back.call(()), {lang.t("unlock-instead")} }
            }
        }
    }
}

#[component]
fn StaffRow(person: Staff, busy: bool, on_choose: EventHandler<StaffId>) -> Element {
    let id = person.id.clone();
    rsx! {
        button { class: "row", r#type: "button", "data-staff": "{id}", disabled: busy, onclick: move |_| on_choose.call(id.clone()),
            span { class: "row-main",
                strong { "{person.name}" }
                span { "{person.job_title}" }
                span { class: "meta", "{person.organisation.name}" }
            }
            Icon { shape: Shape::Open }
        }
    }
}

/// Signing in with the engine.
#[component]
pub fn SignInView(on_back: Option<EventHandler<()>>) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut staff = use_signal(|| StaffList::Asking);
    let doing = use_signal(Doing::default);
    let asked = engine.clone();
    let ask = use_callback(move |()| {
        let engine = asked.clone();
        staff.set(StaffList::Asking);
        let asking = async move { engine.staff_list().await };
        perform(asking, move |answer| staff.set(answer.map_or_else(StaffList::Failed, StaffList::Heard)));
    });
    use_effect(move || ask(()));
    let choose = move |id: StaffId| {
        let engine = engine.clone();
        let signing_in = async move { engine.sign_in(&id).await };
        perform_saying(doing, lang.t("wait-sign-in"), signing_in, |()| {});
    };
    rsx! { SignInPage { staff: staff(), doing: doing(), on_choose: choose, on_retry: move |()| ask(()), on_back } }
}
