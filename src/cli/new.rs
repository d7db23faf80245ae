//! `shortfall new`: a starter scenario in which every line is explained, and beside it the schema by which editors complete
//! and check it.

use std::path::{Path, PathBuf};

use super::args::New;
use super::files::write_new;
use super::{Context, Failure, print, remark};
use crate::model::format::schema_text;
use crate::scenario::nearest;

/// Name, what it shows, text. `NAME` in the text is replaced by the scenario's name.
const TEMPLATES: [(&str, &str, &str); 5] = [
    (
        "one-material",
        "one material, one control, a stockpile and an alternative supplier",
        include_str!("templates/one-material.toml"),
    ),
    (
        "chain",
        "ore to magnets to cars: a process chain, a crisis that sets off two controls, saving and recycling",
        include_str!("templates/chain.toml"),
    ),
    (
        "common-cause",
        "three materials from one country, lost together: a crisis behind several controls, a shared severity",
        include_str!("templates/common-cause.toml"),
    ),
    (
        "stockpile",
        "a decision: is a stockpile worth its cost, and how large should it be?",
        include_str!("templates/stockpile.toml"),
    ),
    (
        "back-test",
        "an episode that is over, held against the figures that were published on it",
        include_str!("templates/back-test.toml"),
    ),
];

/// The file that the first line of a starter names, for editors; it lies beside.
const SCHEMA: &str = "shortfall.schema.json";

/// Runs the command.
pub fn new(arguments: &New, context: &Context) -> Result<(), Failure> {
    if arguments.template == "list" {
        let line = |(name, what, _): &(&str, &str, &str)| format!("{name:14} {what}\n");
        return print(&TEMPLATES.iter().map(line).collect::<String>());
    }
    let Some((_, _, text)) = TEMPLATES.iter().find(|t| t.0 == arguments.template) else {
        let help = match nearest(&arguments.template, TEMPLATES.iter().map(|t| t.0)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`shortfall new --template list` shows them".to_owned(),
        };
        return Err(Failure::Usage(format!("there is no template `{}`; {help}", arguments.template)));
    };
    let Some(name) = &arguments.name else {
        return Err(Failure::Usage("a name is missing: shortfall new NAME".to_owned()));
    };
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    let path = PathBuf::from(format!("{stem}.toml"));
    let Some(title) = path.file_stem().map(|s| s.to_string_lossy().into_owned()).filter(|s| !s.is_empty())
    else {
        return Err(Failure::Usage(format!("`{name}` is not a name for a file")));
    };
    let title = title.replace(['"', '\\'], "'").replace(char::is_control, " ");
    let text = format!("#:schema {SCHEMA}\n\n{}", text.replace("NAME", &title));
    write_new(&path, &text, arguments.force)?;
    write_schema(&path.with_file_name(SCHEMA), arguments.force, context)?;
    if !context.quiet {
        let shown = path.display();
        remark(&format!(
            "wrote {shown}\nnext:  shortfall check {shown}\n       shortfall run {shown}\n       shortfall show {shown}\n"
        ));
    }
    Ok(())
}

/// Writes the schema; one that is there already is left, and told of where it is another.
fn write_schema(path: &Path, force: bool, context: &Context) -> Result<(), Failure> {
    let schema = schema_text();
    match std::fs::read_to_string(path) {
        Ok(there) if there == schema => Ok(()),
        Ok(_) if !force => {
            if !context.quiet {
                let shown = path.display();
                remark(&format!("{shown} is of another version; renew it: shortfall schema > {shown}\n"));
            }
            Ok(())
        }
        _ => {
            write_new(path, &schema, force)?;
            if !context.quiet {
                remark(&format!("wrote {}, by which editors complete and check\n", path.display()));
            }
            Ok(())
        }
    }
}
