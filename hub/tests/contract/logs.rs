//! What the process writes where anybody may read it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::world::{NHS, World, note, uuid};

/// A hub in a process of its own, at its most talkative.
struct Process {
    child: Child,
    addr: SocketAddr,
    stdout: BufReader<std::process::ChildStdout>,
    log: JoinHandle<String>,
}

impl Process {
    fn start(world: &World) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hub"))
            .args(["serve", "--listen", "127.0.0.1:0", "--demo", "--database"])
            .arg(world.folder.path().join("hub.sqlite"))
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let (mut line, mut stdout) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
        stdout.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
        Self { child, addr, stdout, log }
    }

    fn end(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(rest.is_empty(), "one line on stdout and no more: {rest}");
        self.log.join().unwrap()
    }
}

#[tokio::test]
async fn no_health_data_in_the_log_of_the_process() {
    let mut world = World::new().await;
    world.stop().await;
    let process = Process::start(&world);
    let world = world.moved_to(process.addr).await;
    let secrets = visit(&world).await;
    let log = process.end().to_lowercase();
    assert!(log.contains("/fhir/{type}/{id}/{operation}") && log.contains("status=403"), "the log was written");
    for secret in secrets {
        assert!(!log.contains(&secret.to_lowercase()), "{secret} is in the log");
    }
}

/// Everything the hub does, once well and once badly; returns what must not be in the log.
async fn visit(world: &World) -> Vec<String> {
    let (crew, nurse) = (world.sign_in("crew").await, world.sign_in("nurse").await);
    world.get(&crew, &format!("/fhir/Patient?identifier={NHS}|9434765919")).await;
    world.get(&crew, "/fhir/Patient?family=jones&birthdate=1950-01-02").await;
    world.get(&crew, "/fhir/Patient?identifier=secretsystem|secretvalue").await;
    let reason =
        crate::world::with(world.glass(&crew, "p2").await, "reasonText", json!("Found unconscious in Testers Lane"));
    world.post(&crew, "/fhir/Patient/p2/$consent-decision", &reason).await;
    let grant = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    world.with_grant(&crew, "/fhir/Patient/p1/$summary", &grant).await;
    world.get(&crew, "/fhir/Patient/p1/$summary").await.is_problem(403, "forbidden");
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(1), "Dressing changed.")).await;
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(1), "Quarrelsome text.")).await.is_problem(409, "duplicate");
    let headers = [("Content-Type", "application/fhir+json")];
    world.request("POST", &nurse, "/fhir", &headers, b"{\"broken\": \"Brokenfamily").await;
    let strange: Value = crate::world::consent("odd", "p3", "emergency", json!({"type": "oddly-worded"}));
    world.hub.store.insert_resource(strange).await.unwrap();
    world.decide(&crew, "p3", "ETREAT", "consent_now").await;
    let words = [
        "Śmith",
        "Testy",
        "Jones",
        "9434765919",
        "1950-01-02",
        "secretvalue",
        "Testers Lane",
        "Chair-shaped",
        "Hidden sorrow",
        "Dressing",
        "Quarrelsome",
        "Brokenfamily",
        "oddly-worded",
        "Next Of Kin",
    ];
    words.map(str::to_owned).into_iter().chain([crew.token, nurse.token, grant]).collect()
}
