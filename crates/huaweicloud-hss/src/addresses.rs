//! Where HSS and IAM are: what was set comes first, then what the contract has for the region.

use std::fmt;

use url::Url;

use crate::regions::Regions;
use crate::{ClientBuilder, Error, endpoint};

/// One entry of `servers` in the contract.
#[derive(Debug)]
struct Server {
    /// With `{region}` where it holds for every region.
    url: &'static str,
    /// The only region that it serves.
    region: Option<&'static str>,
    domain: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/servers.rs"));

/// A service that has an address of its own.
#[derive(Debug)]
pub(crate) struct Service {
    /// As in the host name.
    name: &'static str,
    servers: &'static [Server],
}

pub(crate) const HSS: Service = Service {
    name: "hss",
    servers: HSS_SERVERS,
};
pub(crate) const IAM: Service = Service {
    name: "iam",
    servers: IAM_SERVERS,
};

/// The address of a service, and the setting that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    source: AddressSource,
    proxy: Option<String>,
}

/// The setting that decided an address. [`ClientBuilder::addresses`] has the order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressSource {
    /// An endpoint: of the builder or, by its name, of an environment variable or a file.
    Endpoint(Option<String>),
    /// The domain of a cloud, and the region: [`ClientBuilder::cloud`] or, by its name, an environment variable.
    Cloud(Option<String>),
    /// The endpoint that was set for HSS.
    HssEndpoint,
    /// The contract, which lists the region.
    Listed,
    /// The contract's pattern for regions of Huawei Cloud that it does not list.
    Pattern,
}

/// The addresses that a client sends its requests to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addresses {
    /// The address of HSS.
    pub hss: Address,
    /// The address of IAM, for project ids and tokens; `None` if it is not known.
    pub iam: Option<Address>,
}

/// What environment and files say of addresses; see [`Settings`](crate::Settings).
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressSettings {
    pub(crate) iam_endpoint: Option<Setting>,
    pub(crate) sts_endpoint: Option<Setting>,
    pub(crate) cloud: Option<Setting>,
    pub(crate) regions: Regions,
}

/// A value, and the variable or the file that it is from.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) source: String,
}

impl Address {
    /// The address, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The setting that decided it.
    #[must_use]
    pub fn source(&self) -> &AddressSource {
        &self.source
    }

    /// The proxy that requests to it go through, without user and password.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    pub(crate) fn as_url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn new(url: Url, source: AddressSource) -> Self {
        Self {
            url,
            source,
            proxy: None,
        }
    }
}

impl fmt::Display for AddressSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Endpoint(None) => "as given",
            Self::Endpoint(Some(name)) => return write!(f, "from {name}"),
            Self::Cloud(None) => "in the cloud that was given",
            Self::Cloud(Some(name)) => return write!(f, "in the cloud from {name}"),
            Self::HssEndpoint => "follows from the endpoint of HSS",
            Self::Listed => "listed for the region",
            Self::Pattern => "by the pattern of Huawei Cloud",
        })
    }
}

impl Server {
    fn url_for(&self, region: &str) -> Option<String> {
        match self.region {
            Some(own) => own
                .eq_ignore_ascii_case(region)
                .then(|| self.url.to_owned()),
            None => Some(self.url.replace("{region}", region)),
        }
    }
}

impl Service {
    fn in_cloud(&self, region: &str, domain: &str) -> Result<Url, Error> {
        let domain = endpoint::check_domain(domain)?;
        endpoint::parse(&format!("https://{}.{region}.{domain}", self.name), false)
    }

    /// The addresses that the contract has for a region, those of its own before the pattern.
    fn known(&self, region: &str) -> Vec<(String, &Server)> {
        let known = self.servers.iter();
        let known = known.filter_map(|server| Some((server.url_for(region)?, server)));
        let (mut listed, pattern): (Vec<_>, Vec<_>) =
            known.partition(|(_, server)| server.region.is_some());
        listed.extend(pattern);
        listed
    }

    fn in_contract(&self, region: &str) -> Result<Address, Error> {
        let known = self.known(region);
        let (url, server) = known.first().ok_or_else(|| {
            Error::config(format!(
                "no address is known for the region {region}: set the endpoint"
            ))
        })?;
        let source = match server.region {
            Some(_) => AddressSource::Listed,
            None => AddressSource::Pattern,
        };
        Ok(Address::new(endpoint::parse(url, false)?, source))
    }

    /// The domain of an address of the form `https://SERVICE.REGION.DOMAIN`.
    fn domain_of<'a>(&self, url: &'a Url, region: &str) -> Option<&'a str> {
        let is_plain = url.scheme() == "https" && url.port().is_none() && url.path() == "/";
        let host = url.domain().filter(|_| is_plain)?;
        let rest = host.strip_prefix(self.name)?.strip_prefix('.')?;
        rest.strip_prefix(&region.to_ascii_lowercase())?
            .strip_prefix('.')
    }

    /// What to do where the name of this address cannot be resolved.
    pub(crate) fn unresolved_advice(&self, region: &str, address: &Address) -> String {
        let known = self.known(region).into_iter();
        let others: Vec<_> = known
            .filter(|(url, _)| url != address.url())
            .map(|(url, server)| format!("{url} (cloud {})", server.domain))
            .collect();
        if others.is_empty() {
            return format!(
                "if another cloud runs the region {region}, set the domain of that cloud (HW_CLOUD), or the \
                 endpoint"
            );
        }
        format!(
            "another possible address for {region} is {}; to use it, set the cloud (HW_CLOUD) or the endpoint",
            others.join(" or ")
        )
    }
}

impl ClientBuilder {
    /// The addresses that the client will send its requests to, and the settings that decided them. Nothing is sent.
    ///
    /// For HSS, the first of these that is set is used:
    ///
    /// 1. [`endpoint`](Self::endpoint);
    /// 2. [`cloud`](Self::cloud), as `https://hss.REGION.DOMAIN`;
    /// 3. `HUAWEICLOUD_SDK_REGION_HSS_<REGION>`, then the regions file, both as in the official SDKs;
    /// 4. `HW_CLOUD`, as `https://hss.REGION.DOMAIN`;
    /// 5. the address that the contract lists for the region, else its pattern,
    ///    `https://hss.REGION.myhuaweicloud.com`.
    ///
    /// For IAM:
    ///
    /// 1. [`iam_endpoint`](Self::iam_endpoint);
    /// 2. [`cloud`](Self::cloud), as `https://iam.REGION.DOMAIN`;
    /// 3. `HUAWEICLOUD_SDK_IAM_ENDPOINT`, or `iam_endpoint` in the profile;
    /// 4. the HSS endpoint itself, if it is on this machine;
    /// 5. `HUAWEICLOUD_SDK_REGION_IAM_<REGION>`, then the regions file;
    /// 6. the domain of an HSS endpoint that has the form `https://hss.REGION.DOMAIN`;
    /// 7. `HW_CLOUD`, as `https://iam.REGION.DOMAIN`;
    /// 8. what the contract has for the region, unless 1 or 3 of HSS apply: an address of somebody's own says
    ///    nothing of IAM.
    ///
    /// The environment and files are used only by a builder that has [`settings`](Self::settings).
    ///
    /// # Errors
    ///
    /// Of kind [`Config`](crate::ErrorKind::Config): neither region nor endpoint is set; both an endpoint and a
    /// cloud are; or one of them, or a setting, or the proxy cannot be used.
    pub fn addresses(&self) -> Result<Addresses, Error> {
        let mut hss = self.hss_address()?;
        let mut iam = self.iam_address(&hss)?;
        for address in std::iter::once(&mut hss).chain(&mut iam) {
            let proxy = self.network.proxies.for_server(&address.url)?;
            address.proxy = proxy.map(|proxy| proxy.shown());
        }
        Ok(Addresses { hss, iam })
    }

    pub(crate) fn hss_address(&self) -> Result<Address, Error> {
        if let Some(endpoint) = &self.endpoint {
            if self.cloud.is_some() {
                return Err(Error::config(
                    "both an endpoint and a cloud are set: an endpoint needs no cloud; set one of them",
                ));
            }
            let url = self.network.parse(endpoint)?;
            return Ok(Address::new(url, AddressSource::Endpoint(None)));
        }
        let Some(region) = &self.region else {
            return Err(Error::config(match &self.cloud {
                Some(cloud) => format!(
                    "the cloud {cloud} is set without a region: set the region, for https://hss.REGION.{cloud}"
                ),
                None => "no region and no endpoint: set one, for example the region ap-southeast-3"
                    .to_owned(),
            }));
        };
        endpoint::check_region(region)?;
        if let Some(cloud) = &self.cloud {
            let url = HSS.in_cloud(region, cloud)?;
            return Ok(Address::new(url, AddressSource::Cloud(None)));
        }
        if let Some(address) = self.of_region(&HSS, region)? {
            return Ok(address);
        }
        match self.in_configured_cloud(&HSS, region)? {
            Some(address) => Ok(address),
            None => HSS.in_contract(region),
        }
    }

    pub(crate) fn iam_address(&self, hss: &Address) -> Result<Option<Address>, Error> {
        if let Some(endpoint) = &self.iam_endpoint {
            let url = self.network.parse(endpoint)?;
            return Ok(Some(Address::new(url, AddressSource::Endpoint(None))));
        }
        if let (Some(cloud), Some(region)) = (&self.cloud, &self.region) {
            let url = IAM.in_cloud(region, cloud)?;
            return Ok(Some(Address::new(url, AddressSource::Cloud(None))));
        }
        if let Some(Setting { value, source }) = &self.address_settings.iam_endpoint {
            return self.set_by(source, value).map(Some);
        }
        if endpoint::is_loopback(&hss.url) {
            let address = Address::new(hss.url.clone(), AddressSource::HssEndpoint);
            return Ok(Some(address));
        }
        let Some(region) = &self.region else {
            return Ok(None);
        };
        endpoint::check_region(region)?;
        if let Some(address) = self.of_region(&IAM, region)? {
            return Ok(Some(address));
        }
        // An HSS of somebody's own says nothing of IAM, unless it is called like those of a cloud.
        let is_own = matches!(hss.source, AddressSource::Endpoint(_));
        if is_own && let Some(domain) = HSS.domain_of(&hss.url, region) {
            let url = IAM.in_cloud(region, domain)?;
            return Ok(Some(Address::new(url, AddressSource::HssEndpoint)));
        }
        if let Some(address) = self.in_configured_cloud(&IAM, region)? {
            return Ok(Some(address));
        }
        if is_own {
            return Ok(None);
        }
        IAM.in_contract(region).map(Some)
    }

    /// Where STS is: as set, or else beside IAM, so that it follows region and cloud.
    pub(crate) fn sts_url(
        &self,
        iam: impl FnOnce() -> Result<Address, Error>,
    ) -> Result<Url, Error> {
        if let Some(endpoint) = &self.sts_endpoint {
            return self.network.parse(endpoint);
        }
        if let Some(Setting { value, source }) = &self.address_settings.sts_endpoint {
            return Ok(self.set_by(source, value)?.url);
        }
        let iam = iam()?;
        if endpoint::is_loopback(&iam.url) {
            return Ok(iam.url);
        }
        let beside = iam.url.as_str().split_once("://iam.");
        let beside = beside.map(|(scheme, rest)| format!("{scheme}://sts.{rest}"));
        match beside {
            Some(url) => self.network.parse(&url),
            None => Err(Error::config(format!(
                "no address of STS, since {} does not tell it: set the address of STS \
                 (HUAWEICLOUD_SDK_STS_ENDPOINT)",
                iam.url()
            ))),
        }
    }

    /// What the environment or a file has for one service in one region.
    fn of_region(&self, service: &Service, region: &str) -> Result<Option<Address>, Error> {
        match self.address_settings.regions.endpoint(service.name, region) {
            Some((source, endpoint)) => self.set_by(&source, endpoint).map(Some),
            None => Ok(None),
        }
    }

    fn set_by(&self, source: &str, endpoint: &str) -> Result<Address, Error> {
        let url = self
            .network
            .parse(endpoint)
            .map_err(|error| error.in_setting(source))?;
        Ok(Address::new(
            url,
            AddressSource::Endpoint(Some(source.to_owned())),
        ))
    }

    fn in_configured_cloud(
        &self,
        service: &Service,
        region: &str,
    ) -> Result<Option<Address>, Error> {
        let Some(Setting { value, source }) = &self.address_settings.cloud else {
            return Ok(None);
        };
        let url = service
            .in_cloud(region, value)
            .map_err(|error| error.in_setting(source))?;
        Ok(Some(Address::new(
            url,
            AddressSource::Cloud(Some(source.clone())),
        )))
    }
}
