//! The words that invented images are made of.

/// Organizations.
pub(super) const NAMESPACES: [&str; 9] = [
    "platform",
    "payments",
    "web",
    "data-science",
    "observability",
    "mobile_backend",
    "legacy",
    "ci",
    "edge.iot",
];

/// Names of images.
pub(super) const NAMES: [&str; 28] = [
    "nginx",
    "redis",
    "mysql",
    "postgres",
    "openjdk",
    "python",
    "node",
    "golang",
    "alpine",
    "ubuntu",
    "rabbitmq",
    "kafka",
    "zookeeper",
    "elasticsearch",
    "kibana",
    "grafana",
    "prometheus",
    "fluentd",
    "envoy",
    "coredns",
    "order-service",
    "billing-api",
    "checkout",
    "catalog",
    "auth-gateway",
    "report_worker",
    "image-resizer",
    "feature-store",
];

/// Accounts that share images, and how they call themselves.
pub(super) const SHARING_ACCOUNTS: [&str; 3] =
    ["acme_images", "scc_partner_01", "hwstaff_base_images"];

/// Instances of SWR Enterprise: name, id, address.
pub(super) const INSTANCES: [(&str, &str, &str); 3] = [
    (
        "swr-ee-prod",
        "6f1c2f0a-3b0d-4c55-9a53-0d5f7c1e8b21",
        "swr-ee-prod-b21f0a.swr-pro.my-kualalumpur-1.myhuaweicloud.com",
    ),
    (
        "swr-ee-test",
        "0a9d41c7-5f52-4a1e-8f0b-5be1a2c4d630",
        "swr-ee-test-d63041.swr-pro.my-kualalumpur-1.myhuaweicloud.com",
    ),
    (
        "regulated",
        "c2b7e9d4-91aa-4e0c-b6c8-7f3a10d2e945",
        "regulated-e945c2.swr-pro.my-kualalumpur-1.myhuaweicloud.com",
    ),
];
