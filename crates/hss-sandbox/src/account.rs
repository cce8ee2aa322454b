//! The one account that every sandbox serves. The values never change, so that scripts can rely on them.

/// The access key (AK) whose signatures are accepted.
pub const ACCESS_KEY: &str = "SANDBOX-ACCESS-KEY";

/// The secret key (SK) that belongs to [`ACCESS_KEY`]. It is public and protects nothing.
pub const SECRET_KEY: &str = "sandbox-secret-key";

/// The name of the account, which IAM calls the domain.
pub const ACCOUNT: &str = "sandbox";

/// The id of the account.
pub const ACCOUNT_ID: &str = "d78cbac186b744899480f25bd0224680";

/// The name of the only IAM user of the account.
pub const USER: &str = "sandbox";

/// The id of that user.
pub const USER_ID: &str = "7116d09f88fa41908676fdd4b039e95b";

/// The password of that user. It is public and protects nothing.
pub const PASSWORD: &str = "sandbox";

/// The id of the only project of the account.
pub const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";

/// The region, which is also the name of the project.
pub const REGION: &str = "my-kualalumpur-1";
