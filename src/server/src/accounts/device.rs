//! What a browser calls itself, in few words: enough for a customer to recognise a device, and all that is
//! kept of it.

use axum::http::HeaderValue;

/// Browsers, the more special first: most of them also name those that they descend from.
const BROWSERS: [(&str, &str); 8] = [
    ("MicroMessenger", "WeChat"),
    ("Line/", "LINE"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, likewise.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The name of the device behind a `User-Agent`, such as `Firefox, Linux`; empty where it says nothing known.
pub(crate) fn name(user_agent: Option<&HeaderValue>) -> String {
    let text = user_agent.and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(word, _)| text.contains(word));
        found.map(|(_, name)| *name)
    };
    let parts = [first(&BROWSERS), first(&SYSTEMS)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_recognised() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0",
                "WeChat, Android",
            ),
            ("curl/8.5", ""),
        ] {
            let header = HeaderValue::from_static(agent);
            assert_eq!(name(Some(&header)), expected);
        }
        assert_eq!(name(None), "");
    }
}
