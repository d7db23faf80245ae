//! The program `shortfall`; everything is in the library's `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shortfall::cli::main()
}
