// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A piece of a page; what is foreign in it is escaped, and there is no way around.
///
/// It is made of texts, of elements whose tags and attributes are named here, of links to web pages and of the one style
/// sheet. None of these takes markup from a string, and nothing else can make a value of this type.
struct HTML: Sendable {
    /// The markup.
    let markup: String

    private init(markup: String) {
        self.markup = markup
    }

    /// Nothing.
    static let empty = HTML(markup: "")

    /// A text, wherever it comes from.
    ///
    /// Escaped for the inside of elements and of attributes in quotes alike (HTML, 13.1.2.3), and rid of control
    /// characters and of what turns the direction of reading.
    static func text(_ foreign: String) -> HTML {
        HTML(markup: escape(foreign))
    }

    /// Pieces, one after the other.
    static func joined(_ pieces: [HTML]) -> HTML {
        HTML(markup: pieces.map(\.markup).joined())
    }

    /// An element.
    ///
    /// - Parameters:
    ///   - tag: its name.
    ///   - attributes: what is said of it, in this order; the values are escaped.
    ///   - children: what is in it.
    /// - Returns: the element with all of that.
    static func element(
        _ tag: HTMLTag, _ attributes: KeyValuePairs<HTMLAttribute, String> = [:], _ children: [HTML] = []
    ) -> HTML {
        var markup = "<\(tag.rawValue)"
        for (name, value) in attributes { markup += " \(name.rawValue)=\"\(escape(value))\"" }
        markup += ">"
        guard !tag.isVoid else { return HTML(markup: markup) }
        for child in children { markup += child.markup }
        markup += "</\(tag.rawValue)>"
        if tag.endsLine { markup += "\n" }
        return HTML(markup: markup)
    }

    /// An element with a text in it.
    static func element(
        _ tag: HTMLTag, _ attributes: KeyValuePairs<HTMLAttribute, String> = [:], _ text: String
    ) -> HTML {
        element(tag, attributes, [.text(text)])
    }

    /// A link to a page of the web; of any other address, `javascript:` among them, the text alone.
    static func link(to address: String, _ label: String) -> HTML {
        guard address.hasPrefix("https://"), address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return text(label)
        }
        // Whoever follows it tells the other side nothing of this page.
        return HTML(markup: "<a href=\"\(escape(address))\" rel=\"noreferrer noopener\">\(escape(label))</a>")
    }

    /// A style sheet, byte for byte, as its hash was taken of it.
    static func style(_ sheet: StyleSheet) -> HTML {
        HTML(markup: "<style>\(sheet.text)</style>\n")
    }

    /// A whole document.
    static func document(language: String, head: [HTML], body: [HTML]) -> String {
        let root = element(.html, [.lang: language], [element(.head, [:], head), element(.body, [:], body)])
        return "<!DOCTYPE html>\n" + root.markup + "\n"
    }

    private static func escape(_ foreign: String) -> String {
        let text = PrintableText.clean(foreign)
        guard text.utf8.contains(where: { entity($0) != nil }) else { return text }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let entity = entity(byte) { escaped += entity.utf8 } else { escaped.append(byte) }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func entity(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
