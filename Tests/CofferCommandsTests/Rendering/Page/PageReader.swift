// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A page taken apart as a browser would, as far as our pages go: tags, quoted attributes, texts.
struct PageReader {
    /// The elements, in the order of their start tags.
    private(set) var elements: [Element] = []

    /// What is wrong with it: an end without a beginning, or a beginning without an end.
    private(set) var faults: [String] = []

    /// One element.
    struct Element {
        let tag: String
        let attributes: [String: String]
        /// The text in it, without that of elements within, as it is written.
        var text = ""
        /// The places of the elements around it, the outermost first.
        let around: [Int]

        /// The classes it has.
        var classes: [String] { attributes["class"]?.split(separator: " ").map(String.init) ?? [] }
    }

    private static let void: Set<String> = ["meta", "br", "link", "img", "input", "base"]

    /// Takes a page apart.
    init(_ page: String) {
        let bytes = Array(page.utf8)
        var open: [Int] = []
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                if let inner = open.last { elements[inner].text += String(decoding: bytes[place..<end], as: UTF8.self) }
                place = end
                continue
            }
            let end = bytes[place...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
            let inside = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
            place = min(end + 1, bytes.count)
            if inside.hasPrefix("!") { continue }
            if inside.hasPrefix("/") {
                let tag = String(inside.dropFirst())
                guard let last = open.popLast(), elements[last].tag == tag else {
                    faults.append("</\(tag)> ends nothing")
                    continue
                }
                continue
            }
            let element = Self.element(inside, around: open)
            elements.append(element)
            if !Self.void.contains(element.tag) { open.append(elements.count - 1) }
        }
        faults += open.map { "<\(elements[$0].tag)> has no end" }
    }

    /// The elements with a tag, and with a class if one is given.
    func all(_ tag: String, class name: String? = nil) -> [Element] {
        elements.filter { $0.tag == tag && (name.map($0.classes.contains) ?? true) }
    }

    /// The element with an id.
    func element(id: String) -> Element? { elements.first { $0.attributes["id"] == id } }

    /// The tags around an element, the outermost first.
    func tags(around element: Element) -> [String] { element.around.map { elements[$0].tag } }

    /// All text in the elements that a test takes, with what is within them.
    func text(within isMeant: (Element) -> Bool) -> String {
        elements.filter { element in isMeant(element) || element.around.contains { isMeant(elements[$0]) } }
            .map(\.text).joined()
    }

    private static func element(_ inside: String, around: [Int]) -> Element {
        let tag = inside.prefix { $0 != " " }
        var attributes: [String: String] = [:]
        // Every value of ours is in quotes, and no quote is in a value.
        let parts = inside.dropFirst(tag.count).split(separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            attributes[String(parts[index].drop { $0 == " " }.prefix { $0 != "=" })] = String(parts[index + 1])
        }
        return Element(tag: String(tag), attributes: attributes, around: around)
    }
}
