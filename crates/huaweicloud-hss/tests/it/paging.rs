//! From pages to a listing, with servers that do not do as they are asked.

mod basics;
mod changes;
mod flight;
mod model;
mod proof;
mod summary;

use futures::TryStreamExt;
use huaweicloud_hss::builder::ListSwrImageRepository;
use huaweicloud_hss::types::{ImageType, PrivateImageRepositoryInfo};
use huaweicloud_hss::{Client, Error, Items, Pages};

use crate::server::Server;

type Images = Items<PrivateImageRepositoryInfo>;

fn request(client: &Client) -> ListSwrImageRepository {
    client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
}

/// The ids that a listing gives, and the error that ends it.
async fn drain(images: &mut Images) -> (Vec<i64>, Option<Error>) {
    let mut ids = Vec::new();
    loop {
        match images.try_next().await {
            Ok(Some(image)) => ids.push(image.id.expect("an id")),
            Ok(None) => return (ids, None),
            Err(error) => return (ids, Some(error)),
        }
    }
}

/// The ids that a listing gives, which has to end without an error.
async fn all(images: &mut Images) -> Vec<i64> {
    let (ids, error) = drain(images).await;
    assert!(error.is_none(), "{error:?}");
    ids
}

/// How many records the pages give, and the error that ends them.
async fn drain_pages<T>(pages: &mut Pages<T>) -> (usize, Option<Error>) {
    let mut records = 0;
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => records += page.records.len(),
            Ok(None) => return (records, None),
            Err(error) => return (records, Some(error)),
        }
    }
}

/// What was asked for, as `offset+limit`.
fn asked(server: &Server) -> Vec<String> {
    let value = |line: &str, name: &str| {
        let (_, rest) = line.split_once(name).expect("the parameter");
        let end = rest.find(['&', ' ']).expect("an end");
        rest[..end].to_owned()
    };
    server
        .received()
        .iter()
        .map(|request| {
            format!(
                "{}+{}",
                value(&request.line, "offset="),
                value(&request.line, "limit=")
            )
        })
        .collect()
}
