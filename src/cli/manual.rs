//! `shortfall schema`, `completions` and `man`: what editors, shells and `man` want to know of the program.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};

use super::args::{Arguments, Completions, Man};
use super::{Context, Failure, files, print, remark};
use crate::scenario::nearest;

/// Prints the script for a shell.
pub fn completions(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "shortfall", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints one manual page, or writes all.
pub fn man(arguments: &Man, context: &Context) -> Result<(), Failure> {
    let mut command = Arguments::command();
    // Names each command in full, as `shortfall run`.
    command.build();
    if let Some(folder) = &arguments.out {
        return all(&command, folder, context);
    }
    let Some(topic) = &arguments.topic else { return print(&page(&command, "shortfall")?) };
    match command.find_subcommand(topic) {
        Some(found) => print(&page(found, &format!("shortfall-{}", found.get_name()))?),
        None => {
            let names = command.get_subcommands().map(Command::get_name);
            let help = match nearest(topic, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`shortfall help` lists the commands".to_owned(),
            };
            Err(Failure::Usage(format!("there is no command `{topic}`; {help}")))
        }
    }
}

fn all(command: &Command, folder: &Path, context: &Context) -> Result<(), Failure> {
    let unwritten = |path: &Path, error: std::io::Error| {
        Failure::File(format!("`{}` cannot be written: {}", path.display(), files::plainly(&error)))
    };
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, error))?;
    let commands = command.get_subcommands().filter(|c| c.get_name() != "help" && !c.is_hide_set());
    let named = commands.map(|c| (c, format!("shortfall-{}", c.get_name())));
    for (command, name) in std::iter::once((command, "shortfall".to_owned())).chain(named) {
        let path = folder.join(format!("{name}.1"));
        fs::write(&path, page(command, &name)?).map_err(|error| unwritten(&path, error))?;
    }
    if !context.quiet {
        let shown = folder.display();
        remark(&format!("wrote the pages into {shown}\nnext:  man {shown}/shortfall.1\n"));
    }
    Ok(())
}

/// A page of section 1, as roff.
fn page(command: &Command, name: &str) -> Result<String, Failure> {
    let version = format!("shortfall {}", env!("CARGO_PKG_VERSION"));
    let page = clap_mangen::Man::new(command.clone()).title(name).source(version);
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| Failure::File(format!("a page cannot be made: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
