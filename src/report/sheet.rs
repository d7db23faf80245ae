//! A plain table: words in columns, as a box for a terminal or as Markdown.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};

use super::table::STYLE;

/// Columns under a header.
pub struct Sheet {
    header: Vec<String>,
    /// From this column on, cells are numbers and stand to the right.
    numbers: usize,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// An empty one; columns from `numbers` on are set to the right.
    pub fn new(header: &[impl AsRef<str>], numbers: usize) -> Self {
        let header = header.iter().map(|name| name.as_ref().to_owned()).collect();
        Sheet { header, numbers, rows: Vec::new() }
    }

    /// Adds a line.
    pub fn add(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// The names of its columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The first column of numbers.
    pub fn numbers(&self) -> usize {
        self.numbers
    }

    /// Its lines.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// Whether it has no line.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As a table for a terminal of `width` columns; the first column, which is a name to be copied, is never broken.
    pub fn boxed(&self, width: usize) -> String {
        let mut table = Table::new();
        table.load_style(STYLE);
        // Where a terminal is narrower than names and a few words beside them, it breaks the lines itself.
        let names = self.rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
        let width = width.max(names + 14 * self.header.len()).clamp(60, 400) as u16;
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_header(self.header.clone());
        for row in &self.rows {
            table.add_row(row.clone());
        }
        if let Some(names) = table.column_mut(0) {
            names.set_constraint(ColumnConstraint::ContentWidth);
        }
        for column in table.column_iter_mut().skip(self.numbers) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let lines: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }

    /// As a Markdown table.
    pub fn markdown(&self) -> String {
        let row = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let header: Vec<String> = self.header.clone();
        let rule = |i: usize| if i < self.numbers { "---" } else { "---:" }.to_owned();
        let rule: Vec<String> = (0..header.len()).map(rule).collect();
        let mut out = row(&header) + &row(&rule);
        self.rows.iter().for_each(|line| out.push_str(&row(line)));
        out
    }
}
