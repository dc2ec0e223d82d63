//! The hub as a process.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use hub::import::{Report, import};
use hub::{
    CONNECTIONS, Enrolment, Entrance, Issuer, Options, Store, Tls, enrolment_code, enrolment_link, enrolment_qr,
    serve_over,
};
use shared::consent::EmergencyNone;
use tracing_subscriber::EnvFilter;

/// A small shared care record server.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until interrupted.
    Serve {
        /// Address and port; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The SQLite file, made when missing.
        #[arg(long)]
        database: PathBuf,
        /// Fill an empty database with made-up people and staff.
        #[arg(long)]
        demo: bool,
        /// Import the IPS documents below this directory first.
        #[arg(long)]
        import: Option<PathBuf>,
        /// What an emergency means when the patient recorded no choice: `ask` or `implied`.
        #[arg(long, default_value = "ask", value_parser = EmergencyNone::from_code)]
        emergency_none: EmergencyNone,
        /// How many connections there may be at once. More are closed.
        #[arg(long, default_value_t = CONNECTIONS, value_parser = connections)]
        connections: usize,
        #[command(flatten)]
        entrance: EntranceArguments,
        #[command(flatten)]
        tls: TlsArguments,
    },
    /// The devices that may talk to the hub.
    Device {
        #[command(subcommand)]
        command: Devices,
    },
    /// The account of who looked at which record.
    Audit {
        #[command(subcommand)]
        command: Account,
    },
    /// Import the IPS documents below a directory, and say what became of each.
    Import {
        /// The directory.
        directory: PathBuf,
        /// The SQLite file, made when missing.
        #[arg(long)]
        database: PathBuf,
    },
}

/// At least one, and no more than the system could ever have open.
fn connections(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| "say a number from 1 to 1000000".to_owned())
}

/// How people and devices come in.
#[derive(Debug, clap::Args)]
struct EntranceArguments {
    /// Let anybody sign in as any member of staff also at an address that other machines reach.
    #[arg(long)]
    dev_idp_anywhere: bool,
    /// Which devices are let in: `open` for any, `code` for those with a one-time code. A demonstration is open.
    #[arg(long, value_parser = Enrolment::from_code)]
    enrolment: Option<Enrolment>,
    /// Give tokens that are bound to no device to whoever asks without a proof, as for trying out by hand.
    #[arg(long)]
    unbound_tokens: bool,
    /// Take access tokens of this issuer too: its `iss`, to the character.
    #[arg(long, requires_all = ["audience", "issuer_keys"])]
    issuer: Option<String>,
    /// What tokens of the issuer call this hub in `aud`.
    #[arg(long, requires = "issuer")]
    audience: Option<String>,
    /// File with the JWK Set of the issuer, as its `jwks_uri` gives it. Read again when it has changed.
    #[arg(long, requires = "issuer")]
    issuer_keys: Option<PathBuf>,
    /// File with the `openid-configuration` of the issuer: devices are told from it where to sign in.
    #[arg(long, requires = "issuer")]
    issuer_configuration: Option<PathBuf>,
    /// Take tokens of the issuer that are bound to no device, too. Whoever steals one has it.
    #[arg(long, requires = "issuer")]
    issuer_unbound: bool,
}

impl From<EntranceArguments> for Entrance {
    fn from(it: EntranceArguments) -> Self {
        let named = it.issuer.zip(it.audience).zip(it.issuer_keys);
        let (configuration, unbound) = (it.issuer_configuration, it.issuer_unbound);
        let issuer = named.map(|((url, audience), keys)| Issuer { url, audience, keys, configuration, unbound });
        let (dev_sign_in_anywhere, enrolment) = (it.dev_idp_anywhere, it.enrolment);
        Self { dev_sign_in_anywhere, enrolment, unbound: it.unbound_tokens, issuer, ..Self::default() }
    }
}

#[derive(Debug, Subcommand)]
enum Devices {
    /// Print a one-time code that lets one device in within a day.
    Code {
        /// The SQLite file.
        #[arg(long)]
        database: PathBuf,
        /// The FHIR base by which devices know the hub: a link for the app is printed too, and as a QR code.
        #[arg(long)]
        hub: Option<String>,
        /// The pin of the hub's certificate, when it has one of its own.
        #[arg(long, requires = "hub")]
        pin: Option<String>,
    },
    /// Let a member of staff see and revoke devices.
    Appoint {
        /// Their id.
        staff: String,
        /// The SQLite file.
        #[arg(long)]
        database: PathBuf,
    },
}

/// How the hub is encrypted. Without any of it, it answers this machine only.
#[derive(Debug, clap::Args)]
struct TlsArguments {
    /// `self`: a certificate that the hub makes and keeps beside its database. Devices are given its fingerprint.
    #[arg(long, value_parser = ["self"], conflicts_with_all = ["tls_cert", "tls_key"])]
    tls: Option<String>,
    /// PEM file with the certificate and those that lead to its root.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the key of the certificate, readable by its owner alone.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl From<TlsArguments> for Option<Tls> {
    fn from(it: TlsArguments) -> Self {
        let files = it.tls_cert.zip(it.tls_key).map(|(certificate, key)| Tls::Files { certificate, key });
        files.or(it.tls.map(|_| Tls::Own))
    }
}

#[derive(Debug, Subcommand)]
enum Account {
    /// Follow every chain from its first entry, and fail at the first broken link. Changes nothing.
    Verify {
        /// The SQLite file.
        #[arg(long)]
        database: PathBuf,
        /// A head that was noted outside the database (the hub logs its own): it must be in a chain.
        #[arg(long)]
        head: Option<String>,
    },
    /// Let a member of staff read the account.
    Appoint {
        /// Their id.
        staff: String,
        /// The SQLite file.
        #[arg(long)]
        database: PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // A panic's words may quote a record; its place never does.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panic");
    }));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("hub=info"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    match Arguments::parse().command {
        Command::Serve { listen, database, demo, import, emergency_none, connections, entrance, tls } => {
            let entrance = entrance.into();
            run(Options { listen, database, demo, import, emergency_none, entrance, connections }, tls.into()).await
        }
        Command::Audit { command: Account::Verify { database, head } } => verify(&database, head.as_deref()).await,
        Command::Audit { command: Account::Appoint { staff, database } } => appoint(&staff, &database).await,
        Command::Device { command: Devices::Code { database, hub, pin } } => {
            code(&database, hub.as_deref(), pin.as_deref()).await
        }
        Command::Device { command: Devices::Appoint { staff, database } } => appoint_steward(&staff, &database).await,
        Command::Import { directory, database } => import_only(&directory, &database).await,
    }
}

async fn run(options: Options, tls: Option<Tls>) -> anyhow::Result<()> {
    let running = serve_over(options, tls).await.context("the hub could not start")?;
    report(&running.imported)?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", running.origin())?;
    if let Some(fingerprint) = &running.fingerprint {
        writeln!(out, "certificate {fingerprint}")?;
    }
    out.flush()?;
    interrupted().await?;
    running.stop().await;
    Ok(())
}

async fn interrupted() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

async fn import_only(directory: &Path, database: &Path) -> anyhow::Result<()> {
    let store = Store::open(database).await.context("the database cannot be used")?;
    let result = import(&store, directory).await.context("the directory cannot be read");
    store.close().await;
    report(&result?)
}

async fn verify(database: &Path, head: Option<&str>) -> anyhow::Result<()> {
    let store = Store::open_to_look(database).await.context("the database cannot be read")?;
    let mut out = std::io::stdout();
    for head in store.verify_audit(head).await.context("the audit is broken")? {
        let signed = store.signed_through(head.device).await?;
        writeln!(out, "chain {}: {} entries, head {}, signed to {signed}", head.device, head.seq, head.hash)?;
    }
    for (device, expected, behind, _) in store.accepted_gaps().await? {
        writeln!(
            out,
            "chain {device}: entries {expected} to {} are missing, and were accepted as missing",
            behind - 1
        )?;
    }
    store.close().await;
    Ok(())
}

async fn appoint(staff: &str, database: &Path) -> anyhow::Result<()> {
    let store = Store::open(database).await.context("the database cannot be used")?;
    let known = store.staff(staff).await?.is_some();
    if known {
        store.appoint_privacy_officer(staff).await?;
    }
    store.close().await;
    if known { Ok(()) } else { anyhow::bail!("there is no such member of staff") }
}

async fn code(database: &Path, hub: Option<&str>, pin: Option<&str>) -> anyhow::Result<()> {
    let store = Store::open(database).await.context("the database cannot be used")?;
    let made = enrolment_code(&store).await;
    store.close().await;
    let (made, mut out) = (made?, std::io::stdout());
    writeln!(out, "{made}")?;
    if let Some(hub) = hub {
        let link = enrolment_link(hub, &made, pin);
        writeln!(out, "{link}")?;
        if let Some(drawn) = enrolment_qr(&link) {
            writeln!(out, "{drawn}")?;
        }
    }
    Ok(())
}

async fn appoint_steward(staff: &str, database: &Path) -> anyhow::Result<()> {
    let store = Store::open(database).await.context("the database cannot be used")?;
    let known = store.staff(staff).await?.is_some();
    if known {
        store.appoint_device_steward(staff).await?;
    }
    store.close().await;
    if known { Ok(()) } else { anyhow::bail!("there is no such member of staff") }
}

fn report(report: &Report) -> anyhow::Result<()> {
    let mut out = std::io::stderr().lock();
    for line in &report.lines {
        match &line.result {
            Ok(accepted) => writeln!(out, "imported {}: {} entries", line.file.display(), accepted.entries)?,
            Err(reason) => writeln!(out, "refused {}: {reason}", line.file.display())?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod no_secrets;

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_option_takes_a_secret_by_value() {
        // `pin`: the public fingerprint of a certificate.
        let (found, seen) = no_secrets::taken_by_value(&Arguments::command(), &["pin"]);
        assert!(found.is_empty() && seen > 20, "{found:?} of {seen}");
    }

    #[test]
    fn an_option_that_takes_a_secret_is_found_wherever_it_is() {
        let file = clap::Arg::new("key_file").long("key-file").value_parser(clap::value_parser!(PathBuf));
        let flag = clap::Arg::new("no_token").long("no-token").action(clap::ArgAction::SetTrue);
        let deep = clap::Command::new("deep").args([clap::Arg::new("api_token").long("api-token"), file, flag]);
        let program = clap::Command::new("top").arg(clap::Arg::new("passwords").long("passwords")).subcommand(deep);
        let expected = ["top --passwords", "deep --api_token"].map(str::to_owned);
        assert_eq!(no_secrets::taken_by_value(&program, &[]), (expected.into(), 4));
    }
}
