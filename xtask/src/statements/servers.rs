//! What the contract states of the addresses of a service: which cloud a region is in.

use hss_spec::{Server, Serves};
use serde_json::Value;

use super::{Aspect, CONTRACT, Column, Entry};
use crate::model::join;

/// The place of the addresses of a region: its id, `{region}` for every one without a place of its own, or
/// `global` for an address that serves all regions.
pub(crate) fn place(region: &str) -> String {
    format!("server {region}")
}

/// The column of the contract for the servers of one document.
pub(crate) fn column(file: &str, document: &Value) -> Column {
    let mut column = Column::new(CONTRACT, file, true);
    let listed = document.get("servers").and_then(Value::as_array);
    for (index, node) in listed.into_iter().flatten().enumerate() {
        // One that cannot be read is reported with the document.
        let Some(server) = Server::read(node) else {
            continue;
        };
        let place = place(match &server.serves {
            Serves::Region(region) => region,
            Serves::EachRegion => "{region}",
            Serves::AllRegions => "global",
        });
        let pointer = join("/servers", &index.to_string());
        let mut entry = Entry::new(pointer);
        entry.state(Aspect::Domain, &server.domain, "url");
        if column.entry(&place).is_none() {
            column.add(place, entry);
        } else if let Some(known) = column.entry_mut(&place)
            && let Some(domain) = known.aspects.get_mut(&Aspect::Domain)
        {
            domain.says = format!("{}, {}", domain.says, server.domain);
        }
    }
    column
}
