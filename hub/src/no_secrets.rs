//! Secrets are never arguments: what is on a command line is in the list of processes and in the history of the shell.
//! The programs of this repository have no crate in common that knows clap, so that their tests compile this file.

use clap::builder::ValueParser;
use clap::{Arg, Command};

const SECRET: [&str; 7] = ["secret", "password", "token", "key", "pin", "passphrase", "credential"];

/// Every option of a program, with those of its subcommands, that takes a secret by value or from the environment; a file
/// may hold one. `plain`: options whose value is none although its name could be one's. And how many were looked at.
pub(crate) fn taken_by_value(program: &Command, plain: &[&str]) -> (Vec<String>, usize) {
    let mut found: (Vec<String>, usize) = (Vec::new(), 0);
    for argument in program.get_arguments() {
        found.1 += 1;
        let name = argument.get_id().as_str();
        if is_secret(argument) && !plain.contains(&name) {
            found.0.push(format!("{} --{name}", program.get_name()));
        }
    }
    for sub in program.get_subcommands() {
        let (more, seen) = taken_by_value(sub, plain);
        found.0.extend(more);
        found.1 += seen;
    }
    found
}

fn is_secret(argument: &Arg) -> bool {
    let name = argument.get_id().as_str().to_lowercase();
    let named = SECRET.iter().any(|word| name.split(['_', '-']).any(|part| part.trim_end_matches('s') == *word));
    let is_file = argument.get_value_parser().type_id() == ValueParser::path_buf().type_id();
    named && argument.get_action().takes_values() && !is_file
}
