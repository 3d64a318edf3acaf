// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ValueForm where Value == RateLimit {
    /// A bucket: `{amount: 7, interval: 1s, burst: 1, scope: app}`.
    static var rateLimit: Self {
        members(
            ["amount", "interval", "burst", "scope"],
            wanted: "a table of amount, interval, and if known burst and scope",
            { mapping in
                guard let amount = mapping["amount"].flatMap(ValueForm<Int>.number(1...1_000_000).parse),
                    let interval = mapping["interval"].flatMap(ValueForm<Duration>.duration.parse),
                    let burst = mapping.value("burst", .number(1...1_000_000), or: 1),
                    let scope = mapping.value("scope", ValueForm<RateLimit.Scope?>.optional(.word), or: nil)
                else { return nil }
                return RateLimit(amount: amount, interval: interval, burst: burst, scope: scope)
            },
            emit: { limit in
                let scope = limit.scope.map { [("scope", ValueForm<RateLimit.Scope>.word.emit($0))] } ?? []
                return [
                    ("amount", Node(String(limit.amount))),
                    ("interval", ValueForm<Duration>.duration.emit(limit.interval)),
                    ("burst", Node(String(limit.burst))),
                ] + scope
            })
    }
}

extension ValueForm where Value == ErrorRule {
    /// A rule: `{status: [400], code: [bad_token], text: expired, means: reauthorize}`.
    static var errorRule: Self {
        members(
            ["status", "code", "text", "means"],
            wanted: "a table of means (\(ErrorRule.Meaning.words.map(\.word).joined(separator: ", "))) and of status, "
                + "code or text",
            { mapping in
                guard let meaning = mapping["means"].flatMap(ValueForm<ErrorRule.Meaning>.word.parse),
                    let statuses = mapping.value("status", .list(.number(200...599)), or: []),
                    let codes = mapping.value("code", .list(.text), or: []),
                    let text = mapping.value("text", ValueForm<String?>.optional(.text), or: nil),
                    !statuses.isEmpty || !codes.isEmpty || text != nil
                else { return nil }
                return ErrorRule(statuses: statuses, codes: codes.map { $0.lowercased() }, text: text, meaning: meaning)
            },
            emit: { rule in
                var members: [(String, Node)] = []
                if !rule.statuses.isEmpty {
                    members.append(("status", ValueForm<[Int]>.list(.number(200...599)).emit(rule.statuses)))
                }
                if !rule.codes.isEmpty { members.append(("code", ValueForm<[String]>.list(.text).emit(rule.codes))) }
                if let text = rule.text { members.append(("text", Node(text))) }
                return members + [("means", ValueForm<ErrorRule.Meaning>.word.emit(rule.meaning))]
            })
    }
}

extension ValueForm where Value == ProviderDescription.TokenProbeMethod {
    /// `introspection`, `none`, `{api: URL or path}`, or `{form: URL, field: name}`.
    static var tokenProbe: Self {
        Self(
            wanted:
                "introspection, none, {api: an address or a path on the account's host, and if not Bearer scheme: a word}, "
                + "or {form: address, field: name}",
            parse: { node in
                switch node.scalar?.string {
                case "introspection": return .introspection
                case "none": return ProviderDescription.TokenProbeMethod.none
                default: break
                }
                guard let mapping = node.mapping else { return nil }
                let names = Set(mapping.keys.compactMap { $0.scalar?.string })
                if names.subtracting(["scheme"]) == ["api"] {
                    guard let call = mapping["api"].flatMap(ValueForm<String>.call.parse),
                        let scheme = mapping.value("scheme", ValueForm<String?>.optional(.scheme), or: nil)
                    else { return nil }
                    return .api(path: call, scheme: scheme)
                }
                guard names == ["form", "field"], let url = mapping["form"].flatMap(ValueForm<String>.address.parse),
                    let field = mapping["field"].flatMap(ValueForm<String>.text.parse)
                else { return nil }
                return .form(url: EndpointTemplate(url), field: field)
            },
            emit: { probe in
                switch probe {
                case .introspection: Node("introspection")
                case .none: Node("none")
                case .api(let path, let scheme): Node([(Node("api"), Node(path))] + ValueForm<String>.scheme(scheme))
                case .form(let url, let field): Node([(Node("form"), Node(url.text)), (Node("field"), Node(field))])
                }
            })
    }
}

extension ValueForm where Value == ProviderDescription.AccountLookup {
    /// `id_token`, `none`, `{claim: name}`, `{answer: path}`, or `{api: URL, id: path}`.
    static var accountLookup: Self {
        Self(
            wanted:
                "id_token, none, {claim: name}, {answer: path}, or {api: an address or path, id: path in its answer, "
                + "and if not Bearer scheme: a word}",
            parse: { node in
                switch node.scalar?.string {
                case "id_token": return .idToken
                case "none": return ProviderDescription.AccountLookup.none
                default: break
                }
                guard let mapping = node.mapping else { return nil }
                func text(_ name: String) -> String? { mapping[name].flatMap(ValueForm<String>.text.parse) }
                switch Set(mapping.keys.compactMap { $0.scalar?.string }) {
                case ["claim"]: return text("claim").map { .tokenClaim($0) }
                case ["answer"]: return text("answer").map { .answerField($0) }
                case ["api", "id"], ["api", "id", "scheme"]:
                    guard let call = mapping["api"].flatMap(ValueForm<String>.call.parse), let id = text("id"),
                        let scheme = mapping.value("scheme", ValueForm<String?>.optional(.scheme), or: nil)
                    else { return nil }
                    return .api(path: call, idField: id, scheme: scheme)
                default: return nil
                }
            },
            emit: { lookup in
                switch lookup {
                case .idToken: Node("id_token")
                case .none: Node("none")
                case .tokenClaim(let name): Node([(Node("claim"), Node(name))])
                case .answerField(let path): Node([(Node("answer"), Node(path))])
                case .api(let path, let field, let scheme):
                    Node([(Node("api"), Node(path)), (Node("id"), Node(field))] + ValueForm<String>.scheme(scheme))
                }
            })
    }
}

extension ValueForm where Value == String {
    /// An address, or a path on the account's host.
    static var call: Self {
        Self(
            wanted: "an address or a path",
            parse: { node in address.parse(node) ?? text.parse(node).flatMap { $0.hasPrefix("/") ? $0 : nil } },
            emit: { Node($0) })
    }

    /// A scheme of HTTP's authentication (RFC 9110 §11.1), as it is written in front of the token: letters.
    static var scheme: Self {
        Self(
            wanted: "a word",
            parse: { node in
                text.parse(node).flatMap { word in
                    (1...32).contains(word.utf8.count) && word.allSatisfy { $0.isASCII && $0.isLetter } ? word : nil
                }
            },
            emit: { Node($0) })
    }

    /// The member of a scheme, if it is not the usual one.
    fileprivate static func scheme(_ word: String?) -> [(Node, Node)] {
        word.map { [(Node("scheme"), Node($0))] } ?? []
    }
}

extension ValueForm {
    /// A value that may be absent, where it is not.
    static func optional<Wrapped>(_ form: ValueForm<Wrapped>) -> Self where Value == Wrapped? {
        Self(wanted: form.wanted, parse: { form.parse($0).map { .some($0) } }, emit: { $0.map(form.emit) ?? Node("") })
    }
}
