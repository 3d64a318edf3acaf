// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The little HTML the sandbox writes.
enum HTML {
    /// Escapes a text for element content and quoted attributes (https://html.spec.whatwg.org/#escapingString).
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
    }

    /// A whole page around a body that is HTML already.
    static func page(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="referrer" content="no-referrer">
        <title>\(escaped(title))</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
        code { overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <h1>\(escaped(title))</h1>
        \(body)
        <p><small>An emulation for demos and tests. Nothing here is real.</small></p>
        </body>
        </html>

        """
    }

    /// A hidden form field.
    static func hidden(_ name: String, _ value: String) -> String {
        "<input type=\"hidden\" name=\"\(escaped(name))\" value=\"\(escaped(value))\">"
    }
}
