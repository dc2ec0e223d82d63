//! Every trap that real documents hold, each as a named test: on a document of our own, and on the real one that
//! showed it when `DOORSTEP_CORPUS` names the folder with documents under `ips/` (they are not part of this repository).
//!
//! What is asserted is the JSON that `cargo run -p shared --example summarise` prints: the shape others rely on.

#[cfg(test)]
mod absence;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod envelope;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod narrative;
#[cfg(test)]
mod negatives;
#[cfg(test)]
mod people;
#[cfg(test)]
mod references;
#[cfg(test)]
mod resuscitation;
#[cfg(test)]
mod sections;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod statuses;
#[cfg(test)]
mod unknown;
#[cfg(test)]
mod unlisted;
#[cfg(test)]
mod values;
#[cfg(test)]
mod words;
