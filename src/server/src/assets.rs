//! The built browser files, read once at start and sent as they were compressed at build time.

use crate::app::App;
use crate::caching::accepts;
use crate::reply::Failure;
use anyhow::{Context, bail};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use bookplate_wire::Code;
use bytes::Bytes;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path as FilePath;

/// The hash in its path names the content, so it never changes.
const A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The loader keeps its name: pages ask for it again after five minutes, and use the old one meanwhile.
const LOADER: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");

/// What leads from an older version to the current one, until the next deploy.
const A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The built files of one version.
#[derive(Debug)]
pub struct Assets {
    version: String,
    loader: File,
    /// All others, by name.
    files: HashMap<String, File>,
}

#[derive(Debug, Clone)]
struct File {
    kind: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
}

impl Assets {
    /// Reads the folder that `cargo xtask build` makes.
    ///
    /// # Errors
    /// When the folder does not hold a whole build.
    pub fn read(folder: &FilePath) -> anyhow::Result<Self> {
        let manifest = folder.join("manifest.json");
        let text = std::fs::read(&manifest).with_context(|| {
            format!(
                "assets: {} is missing; `cargo xtask build` makes it",
                manifest.display()
            )
        })?;
        let Manifest { version } = serde_json::from_slice(&text)
            .with_context(|| format!("assets: {}", manifest.display()))?;
        let versioned = folder.join(&version);
        let mut files = HashMap::new();
        for entry in versioned
            .read_dir()
            .with_context(|| format!("assets: {}", versioned.display()))?
        {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if !name.ends_with(".br") && !name.ends_with(".gz") {
                files.insert(name.to_owned(), File::read(&path)?);
            }
        }
        let missing =
            |name: &str| format!("assets: {name} is missing; `cargo xtask build` makes it");
        let loader = files
            .remove("bookplate.js")
            .with_context(|| missing("bookplate.js"))?;
        for needed in ["bookplate.css", "page.css", "site.css", "app.js", "site.js"] {
            if !files.contains_key(needed) {
                bail!(missing(needed));
            }
        }
        Ok(Self {
            version,
            loader,
            files,
        })
    }

    /// What names the version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The path of a built file, such as `/assets/1f2e3d/bookplate.css`.
    pub fn path(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.version)
    }
}

impl File {
    fn read(path: &FilePath) -> anyhow::Result<Self> {
        let compressed = |suffix: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            std::fs::read(name).ok().map(Bytes::from)
        };
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Ok(Self {
            kind: HeaderValue::from_static(kind),
            plain: std::fs::read(path)
                .with_context(|| format!("assets: {}", path.display()))?
                .into(),
            brotli: compressed(".br"),
            gzip: compressed(".gz"),
        })
    }

    fn reply(&self, headers: &HeaderMap, cache: HeaderValue) -> Response {
        let (body, encoding) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(headers, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts(headers, "gzip") => (gzip, Some("gzip")),
            _ => (&self.plain, None),
        };
        let always: [(HeaderName, HeaderValue); 4] = [
            (CONTENT_TYPE, self.kind.clone()),
            (CACHE_CONTROL, cache),
            (VARY, HeaderValue::from_name(ACCEPT_ENCODING)),
            // Public files, and modules of another origin need it.
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        ];
        let mut response = (always, body.clone()).into_response();
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// `GET /bookplate.js`
pub(crate) async fn get_loader(State(app): State<App>, headers: HeaderMap) -> Response {
    app.assets.loader.reply(&headers, LOADER)
}

/// `GET /favicon.ico`: the icon of the hosted pages, under the name that browsers ask for unasked.
pub(crate) async fn get_icon(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.assets.files.get("icon.svg") {
        Some(icon) => icon.reply(&headers, LOADER),
        None => Failure::from(Code::NotFound).into_response(),
    }
}

/// `GET /assets/{version}/{name}`
///
/// A loader or a page from before a deploy asks for a version that is no longer here, and is sent on to the
/// current file of that name. Sent on, and not just answered: a module's own imports are relative to where
/// it was found in the end, so whatever it loads is of its version too. Hence also no wasm: only glue of a
/// version that is gone asks for that, and would join it with memory that is laid out otherwise.
pub(crate) async fn get_asset(
    State(app): State<App>,
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match app.assets.files.get(&name) {
        Some(file) if version == app.assets.version => file.reply(&headers, A_YEAR),
        Some(_) if !name.ends_with(".wasm") => {
            // Relative, so that it works behind whichever address was asked.
            let current = format!("../{}/{name}", app.assets.version);
            let headers = [
                (CACHE_CONTROL, A_MINUTE),
                (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            ];
            (headers, Redirect::temporary(&current)).into_response()
        }
        _ => Failure::from(Code::NotFound).into_response(),
    }
}
