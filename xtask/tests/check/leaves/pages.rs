//! The transcripts of the two pages that are known in full: every row, and every cell of it.

use super::*;

const EN: &str = "openapi/pages/list-swr-image-repository.en.yaml";
const ZH: &str = "openapi/pages/list-swr-image-repository.zh.yaml";

/// The tables of these pages, and where their rows are in the answer.
const TABLES: [(&str, &str); 4] = [
    ("/parameters", ""),
    ("/response", "response "),
    (
        "/objects/PrivateImageRepositoryInfo",
        "response data_list[].",
    ),
    (
        "/objects/AssociateImages",
        "response data_list[].association_images[].",
    ),
];

/// Cells that go unnoticed, because every source agrees on what they say: there is nothing to settle without
/// them. An erratum gives the count as evidence.
const UNNOTICED: [&str; 1] = ["/objects/PrivateImageRepositoryInfo/17/count"];

#[test]
fn every_member_of_the_english_page() {
    every_member(EN);
}

#[test]
fn every_member_of_the_chinese_page() {
    every_member(ZH);
}

/// What the page says as a whole, one by one.
fn every_member(file: &str) {
    let page = original(file);
    let own = members(&page).map(|(name, _)| format!("/{name}"));
    let listed = ["sections", "statuses"]
        .into_iter()
        .flat_map(|list| items(&page[list]).map(move |(index, _)| format!("/{list}/{index}")));
    for pointer in own.chain(listed) {
        let report = without(file, [pointer.as_str()].into_iter());
        let mut problems = report.problems();
        let is_noticed = problems.any(|problem| problem.part != Part::Translation);
        assert!(is_noticed, "{file} {pointer} is not missed");
    }
}

#[test]
fn every_row_of_the_english_page() {
    every_row(EN, "page-en");
}

#[test]
fn every_row_of_the_chinese_page() {
    every_row(ZH, "page-zh");
}

fn every_row(file: &str, source: &str) {
    let page = original(file);
    for (table, _) in TABLES {
        let rows: Vec<_> = rows(&page)
            .into_iter()
            .filter(|row| row.table == table)
            .collect();
        assert!(!rows.is_empty(), "{file} has no {table}");
        let report = without(file, rows.iter().map(|row| row.pointer.as_str()));
        for row in &rows {
            let is_it = |line: &str| {
                line.starts_with(&format!("{}: presence: ", row.subject)) && line.contains(source)
            };
            let mut problems = report.problems();
            assert!(
                problems.any(|problem| is_it(&problem.what)),
                "{file} {} is not missed",
                row.pointer
            );
        }
    }
}

#[test]
fn every_cell_of_the_english_page() {
    assert_eq!(unnoticed_cells(EN), [""; 0]);
}

#[test]
fn every_cell_of_the_chinese_page() {
    assert_eq!(unnoticed_cells(ZH), UNNOTICED);
}

fn unnoticed_cells(file: &str) -> Vec<String> {
    let page = original(file);
    let rows = rows(&page);
    let subjects: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (&row.pointer, &row.subject))
        .collect();
    let cells: Vec<_> = rows.iter().flat_map(Row::cells).collect();
    assert!(cells.len() >= 150, "only {} cells", cells.len());
    let mut unnoticed = Vec::new();
    for (kind, wave) in waves(cells) {
        let report = without(file, wave.iter().map(|leaf| leaf.pointer.as_str()));
        let (things, stale) = (things(&report, file), subjects_of_stale_claims(&report));
        // Rows have names, or the page is none.
        let is_unreadable = report
            .problems()
            .any(|problem| problem.part == Part::Documents && problem.file == file);
        for leaf in wave {
            let is_noticed = if kind == "name" {
                is_unreadable
            } else {
                things.contains(&leaf.thing) || stale.contains(subjects[&leaf.thing])
            };
            if !is_noticed {
                unnoticed.push(leaf.pointer);
            }
        }
    }
    unnoticed.sort();
    unnoticed
}

/// A row of a table.
struct Row<'a> {
    table: &'static str,
    pointer: String,
    /// What it is about, as in a claim.
    subject: String,
    value: &'a Value,
}

impl Row<'_> {
    fn cells(&self) -> Vec<Leaf> {
        // Without the types that name objects, the rows of those are not read; so these types go by themselves.
        let names_object = self.value["type"]
            .as_str()
            .is_some_and(|cell| cell.ends_with(" objects"));
        let kind = |path: &str| match path {
            "type" if names_object => format!("type in {}", self.table),
            path => path.to_owned(),
        };
        let leaf = |path: String| Leaf {
            pointer: format!("{}/{path}", self.pointer),
            thing: self.pointer.clone(),
            kind: kind(&path),
        };
        let lists = members(self.value).flat_map(|(name, value)| {
            items(value).map(move |(index, _)| format!("{name}/{index}"))
        });
        let cells = members(self.value).map(|(name, _)| name.clone());
        cells.chain(lists).map(leaf).collect()
    }
}

fn rows(page: &Value) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (table, prefix) in TABLES {
        for (index, value) in page.pointer(table).into_iter().flat_map(items) {
            let text = |key: &str| value[key].as_str().unwrap_or_default();
            let subject = match text("in") {
                "" => format!("{prefix}{}", text("name")),
                location => format!("{location} {}", text("name")),
            };
            let pointer = format!("{table}/{index}");
            rows.push(Row {
                table,
                pointer,
                subject,
                value,
            });
        }
    }
    rows
}
