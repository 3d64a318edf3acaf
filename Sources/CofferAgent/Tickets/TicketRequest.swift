// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The body of a request for a ticket: `{"paths":["main/amocrm/*"],"ttl_seconds":3600,"name":"deploy"}`.
struct TicketRequest: Equatable {
    /// What it is to be good for.
    let patterns: [TicketPattern]
    /// How long.
    let lifetime: Duration
    /// What it is to be called; nil for a name that is free.
    let name: String?

    /// Reads a body.
    ///
    /// - Throws: ``RequestFault`` `bad_request`; what the body holds is not in it.
    init(reading body: Secret) throws(RequestFault) {
        let reading = JSONReader.read(body)
        guard reading.isWhole, let value = reading.value, case .object = value else {
            throw .malformed("the body is a JSON object with paths and ttl_seconds")
        }
        guard case .array(let items)? = value["paths"], (1...Ticket.longestList).contains(items.count) else {
            throw .malformed("paths is a list of 1 to \(Ticket.longestList) patterns such as main/amocrm/*")
        }
        var patterns: [TicketPattern] = []
        for item in items {
            guard case .text = item, let pattern = item.plainText.flatMap({ TicketPattern($0) }) else {
                throw .malformed(
                    "a pattern has up to 8 segments, each as in a path, or * for one, or ** for any number of them")
            }
            patterns.append(pattern)
        }
        guard case .number(let digits)? = value["ttl_seconds"], digits.utf8.count <= 9, let count = Int64(digits),
            Ticket.lifetimes.contains(.seconds(count))
        else {
            let most = Ticket.lifetimes.upperBound.components.seconds
            throw .malformed("ttl_seconds is a whole number from 1 to \(most)")
        }
        self.patterns = patterns
        lifetime = .seconds(count)
        name = try Self.name(value["name"])
    }

    /// Reads the name of a ticket.
    ///
    /// - Throws: ``RequestFault`` `bad_request` for what can't be one.
    static func name(_ value: JSONValue?) throws(RequestFault) -> String? {
        guard let value else { return nil }
        guard case .text = value, let name = value.plainText, isName(name) else {
            throw .malformed(
                "name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-' that begin with a letter or digit")
        }
        return name
    }

    /// Whether a text can be a ticket's name: what a segment of a path can be.
    static func isName(_ text: String) -> Bool {
        !text.utf8.contains(UInt8(ascii: "/")) && (try? CredentialPath("a/\(text)")) != nil
    }
}
