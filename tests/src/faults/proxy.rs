//! The link of one device: passes its requests on to the hub, or does to them what the plan says.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::plan::Fault;
use crate::script::{read_request, with_head};

/// Where the hub is now; it moves when it is started again.
pub(super) type Place = Arc<Mutex<SocketAddr>>;

/// What is to become of the requests of one device.
#[derive(Default)]
struct Fate {
    down: bool,
    faults: VecDeque<Option<Fault>>,
    /// Held back, and how many more must pass first.
    held: Vec<(usize, Vec<u8>)>,
}

/// The link of a device. Ends with the value.
pub(super) struct Link {
    address: SocketAddr,
    fate: Arc<Mutex<Fate>>,
    accepting: JoinHandle<()>,
}

impl Link {
    pub(super) async fn to(hub: Place) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, fate) = (listener.local_addr()?, Arc::<Mutex<Fate>>::default());
        let shared = Arc::clone(&fate);
        let accepting = tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                // A device that hangs up in the middle is part of the game.
                tokio::spawn(serve(device, Arc::clone(&hub), Arc::clone(&shared)));
            }
        });
        Ok(Self { address, fate, accepting })
    }

    /// The FHIR base that the device is given.
    pub(super) fn base(&self) -> String {
        format!("http://{}/fhir", self.address)
    }

    /// What is to become of the next requests.
    pub(super) fn misbehave(&self, faults: &[Option<Fault>]) {
        held(&self.fate).faults.extend(faults);
    }

    pub(super) fn set(&self, up: bool) {
        held(&self.fate).down = !up;
    }

    /// From now on it is a good link. What was held back is never delivered.
    pub(super) fn behave(&self) {
        *held(&self.fate) = Fate::default();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A panic elsewhere leaves behind what was there, which is all that is promised.
pub(super) fn held<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut device: TcpStream, hub: Place, fate: Arc<Mutex<Fate>>) -> io::Result<()> {
    let request = read_request(&mut device).await?.to_hub();
    let (fault, late) = {
        let mut fate = held(&fate);
        if fate.down {
            return Ok(());
        }
        let fault = fate.faults.pop_front().flatten();
        fate.held.iter_mut().for_each(|(left, _)| *left -= 1);
        let (late, held): (Vec<_>, Vec<_>) = fate.held.drain(..).partition(|(left, _)| *left == 0);
        fate.held = held;
        if let Some(Fault::Later(more)) = fault {
            fate.held.push((more, request.clone()));
            return Ok(());
        }
        (fault, late)
    };
    for (_, request) in late {
        // Whoever sent it has hung up long ago.
        let _ = pass_on(&request, &hub).await;
    }
    let answer = match fault {
        None => pass_on(&request, &hub).await?,
        Some(Fault::Before | Fault::Later(_)) => return Ok(()),
        Some(Fault::After) => return pass_on(&request, &hub).await.map(drop),
        Some(Fault::Cut) => {
            let mut answer = pass_on(&request, &hub).await?;
            answer.truncate(answer.len() - answer.len().min(25));
            answer
        }
        Some(Fault::Status(status)) => refusal(status),
        Some(Fault::StatusAfter(status)) => pass_on(&request, &hub).await.map(|_| refusal(status))?,
        Some(Fault::TwiceFirst) => {
            let first = pass_on(&request, &hub).await?;
            pass_on(&request, &hub).await?;
            first
        }
        Some(Fault::TwiceSecond) => {
            pass_on(&request, &hub).await?;
            pass_on(&request, &hub).await?
        }
    };
    device.write_all(&answer).await?;
    device.shutdown().await
}

fn refusal(status: u16) -> Vec<u8> {
    const OUTCOME: &[u8] = br#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}"#;
    with_head(status, "application/fhir+json", OUTCOME, OUTCOME.len())
}

async fn pass_on(request: &[u8], hub: &Place) -> io::Result<Vec<u8>> {
    let place = *held(hub);
    let mut connection = TcpStream::connect(place).await?;
    connection.write_all(request).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await?;
    Ok(answer)
}
