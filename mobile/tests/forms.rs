//! What the forms ask, and what comes of the answers.

use jiff::Timestamp;
use mobile::forms::*;
use mobile::i18n::Lang;
use shared::care_plan::{Achievement, Given, GoalProgress, Pen, WhyNot, is_clinician};
use shared::identity::{NoteId, Organisation, PatientId, Role, Staff, StaffId};
use shared::note::{Amended, Content, Note, Refusal, Template};

const NOW: Timestamp = Timestamp::constant(1_795_348_800, 0); // 2026-11-22T12:00:00Z

fn answers(said: &[(&str, &str)]) -> Answers {
    said.iter().fold(Answers::default(), |answers, (field, said)| answers.with(field, said))
}

fn said(form: &Form, filled: &[(&str, &str)]) -> Result<(String, Content), String> {
    match ready(form, &answers(filled), Role::CareTeamClinician, Lang::En, NOW) {
        Ok(Ready { text, what: What::New(content) }) => Ok((text, content)),
        Ok(_) => Err("an edit".to_owned()),
        Err(ask) => Err(ask.field),
    }
}

const WELL: [(&str, &str); 7] = [
    ("breathing", "16"),
    ("saturation", "97"),
    ("air", "room"),
    ("systolic", "124"),
    ("pulse", "72"),
    ("awake", "A"),
    ("temperature", "36.8"),
];

#[test]
fn a_form_and_what_comes_of_it_have_one_draft() {
    let filled: [(Form, &[(&str, &str)]); 10] = [
        (Form::Visit, &[("template", "free"), (TEXT, "Slept well")]),
        (Form::Vitals, &WELL),
        (Form::Dose, &[("drug", "Paracetamol 500 mg"), ("given", "given")]),
        (Form::Action, &[("action", "Turn"), ("outcome", "done")]),
        (Form::Wish, &[("wish", "care"), (TEXT, "The window open"), ("speaker", "person")]),
        (Form::Alert, &[("kind", "SS"), (TEXT, "Ring first"), ("review", "3")]),
        (Form::Phase, &[("phase", "dying")]),
        (Form::Akps, &[("score", "40")]),
        (Form::Ipos, &[("completed", "staff"), ("pain", "2"), ("nausea", "cannot")]),
        (Form::Stock, &[("there", "none")]),
    ];
    for (form, fields) in filled {
        let (_, content) = said(&form, fields).unwrap();
        assert_eq!(engine::form_of(&content), form.name(), "{form:?}");
        assert_eq!(title_of(&form.name()), form.title());
        assert!(!say(Lang::En, &content, NOW).iter().any(String::is_empty));
    }
}

#[test]
fn half_a_set_has_no_score_and_names_what_is_missing() {
    let half = news(&answers(&WELL[..5]), Lang::En, NOW);
    assert_eq!((half.state.0, half.total), ("incomplete", None));
    assert!(half.words.contains("Awake") && half.words.contains("Temperature"), "{}", half.words);
    let whole = news(&answers(&WELL), Lang::En, NOW);
    assert_eq!((whole.state, whole.total), (("total", "low"), Some(0)));
    let wrong = news(&answers(&WELL).with("pulse", "7o"), Lang::En, NOW);
    assert_eq!(wrong.total, None, "what cannot be read was not taken");
    assert_eq!(news(&answers(&WELL).with("suits", "pregnant"), Lang::En, NOW).total, None);
}

#[test]
fn an_unusual_reading_is_asked_about_and_the_answer_holds_for_this_set_only() {
    let odd = answers(&WELL).with("temperature", "29.0");
    let (words, meant, sure) = asked_back(&odd, Lang::En, NOW).unwrap();
    assert!(words[0].contains("30.0 to 42.0") && !sure, "{words:?}");
    let asked = |answers: &Answers| ready(&Form::Vitals, answers, Role::DomiciliaryCarer, Lang::En, NOW).err();
    assert_eq!(asked(&odd).unwrap().field, "sure");
    let sure = odd.with("sure", &meant);
    assert_eq!(asked(&sure), None);
    assert_eq!(asked(&sure.with("temperature", "28.0")).unwrap().field, "sure");
    assert_eq!(asked_back(&answers(&WELL), Lang::En, NOW), None);
}

#[test]
fn no_word_is_lost_when_another_template_is_chosen() {
    let filled = [("found", "On the floor"), ("template", "handover"), (TEXT, "Rang the son"), ("situation", "Home")];
    let (text, content) = said(&Form::Visit, &filled).unwrap();
    assert_eq!(text, "Situation: Home\nFound: On the floor\nRang the son");
    assert!(matches!(content, Content::Visit(visit) if visit.template == Template::Handover));
    let shown = fields(&Form::Visit, &answers(&filled), Role::EmergencyClinician, Lang::En);
    for id in ["found", "situation", TEXT] {
        assert!(shown.iter().any(|field| field.id == id), "{id}");
    }
}

#[test]
fn what_is_missing_is_asked_for_at_its_field() {
    for (form, fields, asked) in [
        (Form::Dose, &[("drug", "Morphine")][..], "given"),
        (Form::Dose, &[("drug", "Morphine"), ("given", "not"), ("why", "other")], "why-words"),
        (Form::Dose, &[("drug", "Morphine"), ("given", "given"), ("amount", "2.5")], "unit"),
        (Form::Dose, &[("drug", "M"), ("given", "given"), ("when", "earlier"), ("time", "23:10")], "time"),
        (Form::Vitals, &[("diastolic", "80")], "systolic"),
        (Form::Vitals, &[("pulse", "72.5")], "pulse"),
        (Form::Alert, &[("kind", "SS"), (TEXT, "Dog"), ("review", "date")], "review-on"),
        (Form::Wish, &[("wish", "place"), (TEXT, "Home")], "place"),
        (
            Form::Cpr,
            &[("decision", "450476008"), ("decided-day", "31"), ("decided-month", "2"), ("decided-year", "2026")],
            "decided",
        ),
        (Form::Stock, &[("there", "some"), ("drug-0", "Midazolam"), ("left-0", "5")], "unit-0"),
        (Form::Ipos, &[("completed", "person")], "pain"),
        (Form::Visit, &[], "symptoms"),
    ] {
        assert_eq!(said(&form, fields).err().as_deref(), Some(asked), "{form:?}");
    }
    let refused = [("drug", "Morphine"), ("given", "not"), ("why", "refused"), ("when", "earlier"), ("time", "11:30")];
    let (_, Content::Dose(dose)) = said(&Form::Dose, &refused).unwrap() else { panic!("not a dose") };
    assert!(matches!(dose.given, Given::Not(not) if not.why == WhyNot::Refused));
    assert_eq!(dose.at.to_string(), "2026-11-22T11:30:00Z");
}

#[test]
fn steps_keep_to_what_was_measured() {
    assert_eq!(stepped("", true, 0), None, "a touch makes no reading");
    assert_eq!(stepped("36.9", true, 1).as_deref(), Some("37.0"));
    assert_eq!(stepped("37", false, 1).as_deref(), Some("36.9"));
    assert_eq!(stepped("0", false, 0), None);
    assert_eq!(stepped("36.85", true, 1), None);
    assert_eq!(stepped("12a", true, 0), None);
}

#[test]
fn a_draft_gives_back_what_was_typed_and_that_of_an_earlier_version_is_text() {
    let typed = answers(&[("pulse", "7o"), ("awake", "V")]);
    assert!(Answers::read(&typed.draft()) == typed);
    assert_eq!(Answers::read("Half a sen").get(TEXT), "Half a sen");
    assert!(answers(&[("template", "free"), (TEXT, " ")]).draft().is_empty());
}

fn clinician_only(form: &Form) -> bool {
    *form == Form::Cpr
}

/// Enough of an answer for each form.
fn filled(form: &Form) -> Vec<(&'static str, &'static str)> {
    match form {
        Form::Visit => vec![("template", "free"), (TEXT, "Slept well")],
        Form::Vitals => WELL.into_iter().chain([("flow", ""), ("diastolic", "80"), ("when", "now")]).collect(),
        Form::Dose => vec![
            ("drug", "Morphine 10 mg/mL"),
            ("given", "not"),
            ("why", "other"),
            ("why-words", "Asleep"),
            ("amount", "2.5"),
            ("unit", "mg"),
            ("route", "under the skin"),
            (TEXT, "Will try at six"),
        ],
        Form::Action => vec![
            ("action", "Turn in bed"),
            ("outcome", "new"),
            ("due-day", "1"),
            ("due-month", "12"),
            ("due-year", "2026"),
        ],
        Form::Wish => vec![
            ("wish", "place"),
            ("place", "110481000000108"),
            ("speaker", "other"),
            ("who", "Her daughter"),
            (TEXT, "In the room with the window"),
        ],
        Form::Alert => vec![("kind", "SS"), ("review", "3"), (TEXT, "Ring first")],
        Form::Cpr => vec![
            ("decision", "450476008"),
            ("decided-day", "3"),
            ("decided-month", "9"),
            ("decided-year", "2026"),
            ("by", "Dr Quince"),
            ("kept", "Yellow folder"),
        ],
        Form::Phase => vec![("phase", "dying"), (TEXT, "Since this morning")],
        Form::Akps => vec![("score", "40")],
        Form::Ipos => {
            vec![
                ("completed", "staff"),
                ("pain", "2"),
                ("nausea", "cannot"),
                ("other-0", "Itch"),
                ("other-grade-0", "3"),
            ]
        }
        Form::Stock => vec![
            ("there", "some"),
            ("drug-0", "Midazolam 10 mg/2 mL"),
            ("left-0", "5"),
            ("unit-0", "{ampoule}"),
            ("kept", "Kitchen"),
        ],
        _ => Vec::new(),
    }
}

const ROLES: [Role; 5] =
    [Role::EmergencyClinician, Role::CareTeamClinician, Role::DomiciliaryCarer, Role::SocialWorker, Role::Admin];

/// The record service asks the same `check` with the role it knows of the person.
#[test]
fn no_form_is_offered_that_the_record_service_would_refuse_and_none_withheld_by_mistake() {
    for role in ROLES {
        for form in Form::of(Role::CareTeamClinician) {
            let (text, content) = said(form, &filled(form)).unwrap();
            let author = Staff {
                id: StaffId::new("s"),
                name: "S".to_owned(),
                role,
                job_title: String::new(),
                organisation: Organisation { ods: "X".to_owned(), name: "X".to_owned() },
            };
            let (id, patient) = (NoteId::new(uuid::Uuid::from_u128(7)), PatientId::new("p"));
            let note = Note { id, patient, author, text: text.into(), authored: NOW, received: None, content };
            assert_eq!(
                note.check() == Err(Refusal::NotYours),
                clinician_only(form) && !is_clinician(role),
                "{form:?} {role:?}"
            );
            assert!(note.check().is_ok() || !Form::of(role).contains(form), "{form:?} is offered to {role:?}");
        }
    }
    for role in [Role::EmergencyClinician, Role::CareTeamClinician] {
        assert!(Form::of(role).contains(&Form::Cpr), "{role:?}");
    }
}

#[test]
fn what_is_written_anew_says_the_same_until_somebody_changes_it_however_late_that_is() {
    let tomorrow = NOW + jiff::SignedDuration::from_hours(26);
    for form in Form::of(Role::CareTeamClinician) {
        let was = said(form, &filled(form)).unwrap();
        let (opened, answers) = again(Lang::En, &was.0, &was.1, tomorrow);
        assert_eq!(opened.name(), form.name());
        let Ok(Ready { text, what: What::New(content) }) =
            ready(&opened, &answers, Role::CareTeamClinician, Lang::En, tomorrow)
        else {
            panic!("{form:?} asks for what was answered")
        };
        assert!(text == was.0 && content == was.1, "{form:?}");
    }
}

#[test]
fn a_later_word_written_anew_is_still_one_and_an_edit_becomes_a_note_in_words() {
    let (_, first) = said(&Form::Visit, &filled(&Form::Visit)).unwrap();
    let amending = Amending { note: NoteId::new(uuid::Uuid::from_u128(9)), kind: Amended::Other, of: None };
    let form = Form::Amend(Box::new(amending));
    let was = said(&form, &[("how", "replace"), ("corrected", "Left"), ("reason", "Wrong side")]).unwrap();
    assert!(was.1 != first);
    let (opened, answers) = again(Lang::En, &was.0, &was.1, NOW);
    let Ok(Ready { text, what: What::New(content) }) = ready(&opened, &answers, Role::SocialWorker, Lang::En, NOW)
    else {
        panic!("asks for what was answered")
    };
    assert!(text == "Left" && content == was.1 && opened.name() == form.name());

    let goal = serde_json::json!({"resourceType": "Goal", "id": "g", "meta": {"versionId": "1"},
        "lifecycleStatus": "active", "description": {"text": "Walk to the garden"}});
    let author = Staff {
        id: StaffId::new("s"),
        name: "S".to_owned(),
        role: Role::CareTeamClinician,
        job_title: String::new(),
        organisation: Organisation { ods: "X".to_owned(), name: "X".to_owned() },
    };
    let pen = Pen { note: NoteId::new(uuid::Uuid::from_u128(8)), author: &author, at: NOW, words: "Three steps" };
    let better = GoalProgress { achievement: Some(Achievement::Improving), lifecycle: None };
    let edit = Content::Change(better.change(goal, pen).unwrap());
    let (opened, answers) = again(Lang::En, "Three steps", &edit, NOW);
    assert_eq!(opened, Form::Visit);
    assert_eq!(answers.get(TEXT), "Walk to the garden\nHow it comes along: Better\nThree steps");
}
