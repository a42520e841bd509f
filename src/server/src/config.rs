//! Settings: a TOML file, then the environment over it, checked before anything starts.

use crate::limits::Rates;
use crate::notifications::mail::MailSettings;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// What every setting's name begins with in the environment: `listen` is `BOOKPLATE_LISTEN`.
const PREFIX: &str = "BOOKPLATE_";
/// The variable that names the file itself (also `--config`).
const FILE_VARIABLE: &str = "BOOKPLATE_CONFIG";

/// The settings, as far as they were given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    listen: Option<String>,
    public_url: Option<String>,
    database: Option<String>,
    assets: Option<String>,
    log: Option<String>,
    log_format: Option<String>,
    trusted_proxies: Option<String>,
    limit_address: Option<Whole>,
    limit_sign_in: Option<Whole>,
    limit_customer: Option<Whole>,
    limit_program: Option<Whole>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    private_webhooks: Option<Flag>,
}

/// Yes or no, which is text in the environment.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Flag {
    Known(bool),
    Text(String),
}

/// A whole number, which is text in the environment.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Whole {
    Number(i64),
    Text(String),
}

/// Names of all settings, for messages and for the environment.
const KEYS: [&str; 14] = [
    "listen",
    "public_url",
    "database",
    "assets",
    "log",
    "log_format",
    "trusted_proxies",
    "limit_address",
    "limit_sign_in",
    "limit_customer",
    "limit_program",
    "smtp_url",
    "mail_from",
    "private_webhooks",
];

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The checked settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The server's address as browsers reach it, without a slash at the end. `None`: the address it
    /// listens on.
    pub public_url: Option<String>,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// The folder with the built browser files.
    pub assets: PathBuf,
    /// What to log, in the words of `tracing_subscriber`'s `EnvFilter`.
    pub log: String,
    /// How to log it.
    pub log_format: LogFormat,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How much one address, customer or program may ask for.
    pub rates: Rates,
    /// How email leaves. `None`: not at all.
    pub mail: Option<MailSettings>,
    /// Whether webhooks may be called at addresses that are none of the internet's, and without TLS.
    pub private_webhooks: bool,
}

/// A setting that cannot be used. Every message names the setting and where it stands.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A variable in the environment that is no setting.
    #[error("{0}: there is no such setting; there are {all}", all = KEYS.join(", "))]
    UnknownVariable(String),
    /// A value that does not fit.
    #[error("{key} = {value:?}: {rule}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// What it has to be.
        rule: &'static str,
    },
}

impl Config {
    /// The settings from `file` (or the file that `BOOKPLATE_CONFIG` names, if any) and `environment`.
    ///
    /// # Errors
    /// When the file cannot be read, a key is unknown, or a value does not fit.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut file = file.map(Path::to_owned);
        let mut overrides = Vec::new();
        for (name, value) in environment {
            if name == FILE_VARIABLE {
                file.get_or_insert_with(|| value.into());
            } else if let Some(key) = name.strip_prefix(PREFIX) {
                let key = key.to_ascii_lowercase();
                if !KEYS.contains(&key.as_str()) {
                    return Err(ConfigError::UnknownVariable(name));
                }
                overrides.push((key, value));
            }
        }
        let mut table = match &file {
            None => Table::new(),
            Some(path) => read(path)?,
        };
        for (key, value) in overrides {
            table.insert(key, Value::String(value));
        }
        let given = Given::deserialize(table).map_err(|error| ConfigError::File {
            path: file.map_or_else(|| "environment".into(), |path| path.display().to_string()),
            reason: error.message().to_owned(),
        })?;
        given.check()
    }
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let refuse = |reason: String| ConfigError::File {
        path: path.display().to_string(),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    text.parse()
        .map_err(|error: toml::de::Error| refuse(error.to_string()))
}

impl Given {
    fn check(self) -> Result<Config, ConfigError> {
        let listen = self.listen.unwrap_or_else(|| "127.0.0.1:4400".into());
        let listen = listen.parse().map_err(|_| ConfigError::Value {
            key: "listen",
            value: listen,
            rule: "this is an address and a port, such as 127.0.0.1:4400",
        })?;
        let public_url = self.public_url.map(check_url).transpose()?;
        let database = self
            .database
            .unwrap_or_else(|| "sqlite:bookplate.db".into());
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|kind| database.starts_with(kind))
        {
            return Err(ConfigError::Value {
                key: "database",
                value: without_password(&database),
                rule: "this is sqlite:PATH or postgres://USER@HOST/NAME",
            });
        }
        let log = self.log.unwrap_or_else(|| "info".into());
        if log.parse::<tracing_subscriber::EnvFilter>().is_err() {
            return Err(ConfigError::Value {
                key: "log",
                value: log,
                rule: "this is a level (error, warn, info, debug, trace) or target=level,…",
            });
        }
        let log_format = match self.log_format.as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                return Err(ConfigError::Value {
                    key: "log_format",
                    value: other.into(),
                    rule: "this is text or json",
                });
            }
        };
        let assets = self.assets.map_or_else(|| "assets".into(), PathBuf::from);
        let usual = Rates::default();
        let rates = Rates {
            address: rate("limit_address", self.limit_address, usual.address)?,
            sign_in: rate("limit_sign_in", self.limit_sign_in, usual.sign_in)?,
            customer: rate("limit_customer", self.limit_customer, usual.customer)?,
            program: rate("limit_program", self.limit_program, usual.program)?,
        };
        let trusted_proxies = addresses(self.trusted_proxies.unwrap_or_default())?;
        let mail = mail(self.smtp_url, self.mail_from)?;
        let private_webhooks = flag("private_webhooks", self.private_webhooks)?;
        Ok(Config {
            mail,
            private_webhooks,
            trusted_proxies,
            rates,
            listen,
            public_url,
            database,
            assets,
            log,
            log_format,
        })
    }
}

/// A rate in requests a minute.
fn rate(key: &'static str, given: Option<Whole>, usual: u32) -> Result<u32, ConfigError> {
    let text = match given {
        None => return Ok(usual),
        Some(Whole::Number(number)) => number.to_string(),
        Some(Whole::Text(text)) => text,
    };
    text.parse().map_err(|_| ConfigError::Value {
        key,
        value: text,
        rule: "this is a number of requests a minute, 0 for no limit",
    })
}

/// Both settings for email, or neither.
fn mail(url: Option<String>, from: Option<String>) -> Result<Option<MailSettings>, ConfigError> {
    let settings = match (url, from) {
        (None, None) => return Ok(None),
        (Some(smtp_url), Some(from)) => MailSettings { smtp_url, from },
        (None, Some(value)) => {
            return Err(ConfigError::Value {
                key: "mail_from",
                value,
                rule: "email also needs smtp_url, the mail server",
            });
        }
        (Some(_), None) => {
            return Err(ConfigError::Value {
                key: "mail_from",
                value: String::new(),
                rule: "this is the address that messages come from; smtp_url needs it",
            });
        }
    };
    settings.check().map_err(|(key, rule)| ConfigError::Value {
        key,
        // The mail server's address has a password in it.
        value: match key {
            "mail_from" => settings.from.clone(),
            _ => "…".to_owned(),
        },
        rule,
    })?;
    Ok(Some(settings))
}

/// Yes or no; no where it is not given.
fn flag(key: &'static str, given: Option<Flag>) -> Result<bool, ConfigError> {
    match given {
        None => Ok(false),
        Some(Flag::Known(flag)) => Ok(flag),
        Some(Flag::Text(text)) => text.parse().map_err(|_| ConfigError::Value {
            key,
            value: text,
            rule: "this is true or false",
        }),
    }
}

/// Addresses, separated by commas.
fn addresses(text: String) -> Result<Vec<IpAddr>, ConfigError> {
    let parts = text.split(',').map(str::trim);
    let read: Result<Vec<IpAddr>, _> = parts
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect();
    read.map_err(|_| ConfigError::Value {
        key: "trusted_proxies",
        value: text,
        rule: "these are IP addresses, separated by commas",
    })
}

/// A database's address without whoever it is opened for: there may be a password among it.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((kind, _)), Some((_, place))) => format!("{kind}://…@{place}"),
        _ => address.to_owned(),
    }
}

fn check_url(url: String) -> Result<String, ConfigError> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ', '"', '<', '>']) => {
            Ok(url)
        }
        _ => Err(ConfigError::Value {
            key: "public_url",
            value: url,
            rule: "this is scheme, host and port only, such as https://reviews.example",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_environment(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(
            None,
            pairs
                .iter()
                .map(|(key, value)| ((*key).into(), (*value).into())),
        )
    }

    #[test]
    fn nothing_given_gives_an_embedded_database_on_loopback() {
        let config = from_environment(&[("PATH", "/bin")]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4400");
        assert_eq!(config.database, "sqlite:bookplate.db");
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let file = std::env::temp_dir().join(format!("bookplate-config-{}", std::process::id()));
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:1\"\nlog = \"debug\"\nlimit_customer = 60\n",
        )
        .unwrap();
        let given = [("BOOKPLATE_LISTEN".to_owned(), "127.0.0.1:2".to_owned())];
        let config = Config::load(Some(&file), given).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "debug"));
        assert_eq!(config.rates.customer, 60);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let message = from_environment(&[("BOOKPLATE_LISTN", "x")])
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("BOOKPLATE_LISTN: there is no such setting"),
            "{message}"
        );
        let file = std::env::temp_dir().join(format!("bookplate-unknown-{}", std::process::id()));
        std::fs::write(&file, "datbase = \"sqlite:x\"\n").unwrap();
        let message = Config::load(Some(&file), []).unwrap_err().to_string();
        std::fs::remove_file(&file).unwrap();
        assert!(message.contains("datbase"), "{message}");
    }

    #[test]
    fn a_wrong_value_is_refused_with_its_key_and_rule() {
        for (key, value) in [
            ("BOOKPLATE_LISTEN", "4400"),
            ("BOOKPLATE_PUBLIC_URL", "https://x.example/"),
            ("BOOKPLATE_PUBLIC_URL", "x.example"),
            ("BOOKPLATE_DATABASE", "mysql://x"),
            ("BOOKPLATE_LOG", "a=b=c"),
            ("BOOKPLATE_LOG_FORMAT", "xml"),
            ("BOOKPLATE_TRUSTED_PROXIES", "localhost"),
            ("BOOKPLATE_LIMIT_ADDRESS", "many"),
            ("BOOKPLATE_LIMIT_PROGRAM", "-1"),
            ("BOOKPLATE_MAIL_FROM", "books@shop.example"),
            ("BOOKPLATE_PRIVATE_WEBHOOKS", "yes"),
        ] {
            let message = from_environment(&[(key, value)]).unwrap_err().to_string();
            let name = key.trim_start_matches(PREFIX).to_ascii_lowercase();
            assert!(
                message.starts_with(&format!("{name} = {value:?}")),
                "{message}"
            );
        }
    }

    #[test]
    fn a_mail_servers_password_is_not_repeated() {
        let given = [
            ("BOOKPLATE_SMTP_URL", "imap://user:secret@mail.example"),
            ("BOOKPLATE_MAIL_FROM", "books@shop.example"),
        ];
        let message = from_environment(&given).unwrap_err().to_string();
        assert!(message.starts_with("smtp_url = "), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }

    #[test]
    fn a_databases_password_is_not_repeated() {
        let given = [("BOOKPLATE_DATABASE", "mysql://user:sec@ret@db.example/x")];
        let message = from_environment(&given).unwrap_err().to_string();
        let shown = "database = \"mysql://…@db.example/x\"";
        assert!(message.starts_with(shown), "{message}");
    }
}
