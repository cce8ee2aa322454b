//! A server that holds an inventory and answers by what it is asked.
//!
//! What happens to the inventory, and what goes wrong, is scripted by the number of the request: 0 is the
//! first one that arrives. A request takes effect when it arrives, whenever it is answered.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use huaweicloud_hss::Client;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::client::PROJECT_ID;
use crate::gateway::Gateway;
use crate::server::{self, answer, read};

/// Something that happens to the inventory. Places beyond the end stand for the end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// A record with a new id is put at this place.
    Insert(usize),
    /// The record at this place goes.
    Delete(usize),
}

/// Something that goes wrong with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// It is answered with this status.
    Status(u16),
    /// The connection is closed without an answer.
    Break,
}

/// A total that is none.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Total {
    Always(i64),
    OfThePage,
}

/// What the records have that tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Numbers.
    Numbers,
    /// Texts that are no numbers.
    Texts,
    /// Numbers beyond 64 bits, beside names that differ.
    Great,
    /// All the same, beside names that differ.
    Same,
    /// None, beside names that differ.
    Names,
    /// Those of even places are those of the places before them, beside names that differ.
    Pairs,
    /// All the same, and nothing else.
    OnlyTheSame,
    /// None, and nothing else.
    Nothing,
}

impl Ids {
    fn record(self, id: i64) -> String {
        match self {
            Self::Numbers => format!(r#"{{"id":{id}}}"#),
            Self::Texts => format!(r#"{{"id":"img-{id}"}}"#),
            Self::Great => {
                format!(r#"{{"id":184467440737095516150{id:05},"image_version":"{id}"}}"#)
            }
            Self::Same => format!(r#"{{"id":0,"image_name":"i","image_version":"{id}"}}"#),
            Self::Names => format!(r#"{{"image_name":"i","image_version":"{id}"}}"#),
            Self::Pairs => format!(r#"{{"id":{},"image_version":"{id}"}}"#, id / 2),
            Self::OnlyTheSame => r#"{"id":0}"#.to_owned(),
            Self::Nothing => format!(r#"{{"vul_num":{id}}}"#),
        }
    }
}

/// What the server does.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// How many records there are at first, with the ids 0, 1, 2 and so on.
    pub(crate) records: usize,
    /// What happens right before the n-th request takes effect.
    pub(crate) changes: Vec<(usize, Change)>,
    pub(crate) faults: Vec<(usize, Fault)>,
    /// From this offset on, requests are answered with status 403.
    pub(crate) refused_from: i64,
    /// How many records an answer holds at most. The n-th request is answered by the n-th number, and the
    /// numbers start over when they end.
    pub(crate) clamps: Vec<usize>,
    /// Whether `total_num` is told.
    pub(crate) tells_total: bool,
    /// How many records `total_num` announces that are not there.
    pub(crate) phantoms: usize,
    /// What `total_num` tells in place of how many records there are.
    pub(crate) wrong_total: Option<Total>,
    /// What the records have that tells them apart.
    pub(crate) ids: Ids,
    /// The answer to the first is held until the second has arrived.
    pub(crate) holds: HashMap<usize, usize>,
    /// How many bytes each answer has besides its records.
    pub(crate) padding: usize,
    /// What limits the calls. What it refuses is no request of the script.
    pub(crate) gateway: Option<Arc<Gateway>>,
}

impl Script {
    /// A well-behaved server with so many records.
    pub(crate) fn with(records: usize) -> Self {
        Self {
            records,
            changes: Vec::new(),
            faults: Vec::new(),
            refused_from: i64::MAX,
            clamps: vec![usize::MAX],
            tells_total: true,
            phantoms: 0,
            wrong_total: None,
            ids: Ids::Numbers,
            holds: HashMap::new(),
            padding: 0,
            gateway: None,
        }
    }
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The present inventory.
    pub(crate) ids: Vec<i64>,
    /// What was in the inventory at any time from the first request on.
    pub(crate) ever: BTreeSet<i64>,
    /// What was in it all the time from the first request on.
    pub(crate) always: BTreeSet<i64>,
    /// The offsets and limits that were asked for.
    pub(crate) asked: Vec<(i64, i64)>,
    /// The first line of each request.
    pub(crate) lines: Vec<String>,
    /// How many requests were waiting for their answer at once, at most.
    pub(crate) most_at_once: usize,
    at_once: usize,
    written: usize,
}

/// The running server, and one of the projects that it has.
pub(crate) struct InventoryServer {
    endpoint: String,
    projects: Arc<Mutex<HashMap<String, Arc<Shared>>>>,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    record: Mutex<Record>,
    arrived: watch::Sender<usize>,
}

impl InventoryServer {
    /// A server with one project, the one of the clients.
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let empty = Self {
            endpoint: format!("http://{}", listener.local_addr().expect("an address")),
            projects: Arc::default(),
            shared: Arc::new(Shared::new(Script::with(0))),
        };
        let projects = Arc::clone(&empty.projects);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&projects)));
            }
        });
        empty.project(PROJECT_ID, script)
    }

    /// The same server with another project. What still arrives for the others does not concern it.
    pub(crate) fn project(&self, id: &str, script: Script) -> Self {
        let shared = Arc::new(Shared::new(script));
        let mut projects = self.projects.lock().expect("not poisoned");
        projects.insert(id.to_owned(), Arc::clone(&shared));
        Self {
            endpoint: self.endpoint.clone(),
            projects: Arc::clone(&self.projects),
            shared,
        }
    }

    /// Lets a client find out that this server limits no calls, by more of them than the contract's limit has.
    pub(crate) async fn open(&self, client: &Client) {
        self.project("other", Script::with(0));
        let other = client.for_project("other").expect("a client");
        for _ in 0..6 {
            let page = other
                .list_swr_image_repository()
                .image_type("private_image");
            page.offset(0).limit(10).send().await.expect("a page");
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.shared.record.lock().expect("not poisoned")
    }

    /// How many answers were taken up by the client or by the system.
    pub(crate) fn written(&self) -> usize {
        self.record().written
    }

    /// The offsets that were asked for, in the order of arrival.
    pub(crate) fn offsets(&self) -> Vec<i64> {
        self.record()
            .asked
            .iter()
            .map(|(offset, _)| *offset)
            .collect()
    }
}

/// Answers the requests of one connection.
async fn serve(mut stream: TcpStream, projects: Arc<Mutex<HashMap<String, Arc<Shared>>>>) {
    while let Some(request) = read(&mut stream).await {
        let id = request.line.split('/').nth(2).expect("a project id");
        let shared = Arc::clone(&projects.lock().expect("not poisoned")[id]);
        let (number, reply) = shared.reply(&request);
        shared.arrived.send_modify(|arrived| *arrived += 1);
        if let Some(other) = shared.script.holds.get(&number) {
            let mut arrived = shared.arrived.subscribe();
            let _ = arrived.wait_for(|arrived| arrived > other).await;
        }
        shared.record.lock().expect("not poisoned").at_once -= 1;
        let Some(reply) = reply else { return };
        // The client may have gone, which is its own affair.
        if stream.write_all(&reply).await.is_err() {
            return;
        }
        shared.record.lock().expect("not poisoned").written += 1;
    }
}

impl Shared {
    fn new(script: Script) -> Self {
        Self {
            record: Mutex::new(Record {
                ids: (0..).take(script.records).collect(),
                ..Record::default()
            }),
            script,
            arrived: watch::Sender::new(0),
        }
    }

    /// Does what the script has for this request. Returns its number, and the answer, if there is to be one.
    fn reply(&self, request: &server::Received) -> (usize, Option<Vec<u8>>) {
        let script = &self.script;
        let mut record = self.record.lock().expect("not poisoned");
        let record = &mut *record;
        let number = record.asked.len();
        if let Some(refusal) = script
            .gateway
            .as_ref()
            .and_then(|gateway| gateway.refusal())
        {
            record.at_once += 1;
            return (usize::MAX, Some(refusal));
        }
        let due = |n: &usize| *n == number;
        for (_, change) in script.changes.iter().filter(|(n, _)| due(n)) {
            record.apply(*change);
        }
        if number == 0 {
            record.always = record.ids.iter().copied().collect();
            record.ever.clone_from(&record.always);
        }
        let asked = |name| parameter(&request.line, name).expect("the parameter");
        let (offset, limit) = (asked("offset="), asked("limit="));
        record.asked.push((offset, limit));
        record.lines.push(request.line.clone());
        record.at_once += 1;
        record.most_at_once = record.most_at_once.max(record.at_once);

        let refusal = (offset >= script.refused_from).then_some(Fault::Status(403));
        let mut faults = script.faults.iter().filter(|(n, _)| due(n));
        match faults.next().map(|(_, fault)| *fault).or(refusal) {
            Some(Fault::Break) => return (number, None),
            Some(Fault::Status(status)) => {
                let body = r#"{"error_msg":"scripted"}"#;
                return (number, Some(persistent(status, body)));
            }
            None => {}
        }
        let clamp = script.clamps[number % script.clamps.len()];
        let size = usize::try_from(limit).expect("a limit").min(clamp);
        let offset = usize::try_from(offset).expect("an offset");
        let mut body = "{".to_owned();
        if script.padding > 0 {
            write!(body, r#""padding":"{}","#, " ".repeat(script.padding)).expect("text takes all");
        }
        if script.tells_total {
            let total = match script.wrong_total {
                None => (record.ids.len() + script.phantoms) as i64,
                Some(Total::Always(total)) => total,
                Some(Total::OfThePage) => record.ids.iter().skip(offset).take(size).count() as i64,
            };
            write!(body, r#""total_num":{total},"#).expect("text takes all");
        }
        body += r#""data_list":["#;
        for (index, id) in record.ids.iter().skip(offset).take(size).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(body, "{comma}{}", script.ids.record(*id)).expect("text takes all");
        }
        (number, Some(persistent(200, &(body + "]}"))))
    }
}

impl Record {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Insert(place) => {
                let new = self
                    .ids
                    .iter()
                    .chain(&self.ever)
                    .max()
                    .map_or(0, |id| id + 1);
                self.ids.insert(place.min(self.ids.len()), new);
                self.ever.insert(new);
            }
            Change::Delete(place) => {
                if let Some(last) = self.ids.len().checked_sub(1) {
                    let gone = self.ids.remove(place.min(last));
                    self.always.remove(&gone);
                }
            }
        }
    }
}

fn parameter(line: &str, name: &str) -> Option<i64> {
    let (_, rest) = line.split_once(name)?;
    let end = rest.find(['&', ' '])?;
    rest[..end].parse().ok()
}

/// An answer after which the connection stays open.
fn persistent(status: u16, body: &str) -> Vec<u8> {
    keep_alive(answer(status, "application/json", body))
}

/// The same answer, after which the connection stays open.
pub(crate) fn keep_alive(answer: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(answer).expect("text");
    text.replace("connection: close\r\n", "").into_bytes()
}
