// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Crypto
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `A rotation's page` {
    static func html(_ sample: ReportSample) throws -> String {
        try ReportPage(report: sample.report).html
    }

    static func read(_ sample: ReportSample) throws -> PageReader {
        PageReader(try html(sample))
    }

    @Test(arguments: ReportSample.allCases)
    func `is whole, and has no element or attribute that loads or runs anything`(sample: ReportSample) throws {
        let page = try Self.read(sample)
        #expect(page.faults == [])
        for tag in ["script", "img", "link", "iframe", "object", "embed", "base", "form", "input", "use", "image"] {
            #expect(page.all(tag).isEmpty, "\(tag)")
        }
        let names = Set(page.elements.flatMap(\.attributes.keys))
        #expect(names.isDisjoint(with: ["style", "src", "srcset", "xlink:href", "background", "action", "data"]))
        #expect(names.allSatisfy { !$0.hasPrefix("on") })
        for element in page.elements {
            guard let address = element.attributes["href"] else { continue }
            #expect(element.tag == "a" && address.hasPrefix("https://"), "\(address)")
            #expect(element.attributes["rel"] == "noreferrer noopener")
        }
        // An id that is there twice names nothing.
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for reference in page.elements.compactMap({ $0.attributes["aria-labelledby"] }) {
            for id in reference.split(separator: " ") { #expect(ids.contains(String(id)), "\(id)") }
        }
    }

    @Test func `names the bundles that are out there after the timeline`() throws {
        let html = try Self.html(.unproven)
        let parts = [
            "<h2 id=\"timeline-heading\"", "Bundles still out there (2)", "9qfK3m1v2bXw", "Zk81c0PtR7sa",
            "main/app/c10 and 21 more",
        ]
        let places = parts.map { html.firstRange(of: $0)?.lowerBound }
        #expect(places.allSatisfy { $0 != nil } && places.compactMap(\.self) == places.compactMap(\.self).sorted())
        #expect(html.contains("Nobody can call a bundle back"))
        #expect(try Self.html(.waiting).contains("Not known: only an owner of the vault sees them."))
        #expect(try Self.html(.proven).contains("Bundles still out there</h2>\n<p>None."))
        #expect(try !Self.html(.drill).contains("undles"))
    }

    @Test func `has a table of its own for what was connected while it was opened`() throws {
        var journal = try SampleJournal(1, driver: "rfc7592", taint: .hold)
        journal.add(.tainted, after: 1)
        journal.add(.frozen, after: 1)
        journal.add(.secretRequested(attempt: 1, mayHaveBeenSent: false), after: 1)
        journal.add(.pendingSealed(evidence: "the answer held a new secret"), after: 1)
        journal.toSwitched(.proven)
        try journal.reissue(every: 1)
        try journal.prove(every: 1, .proven, "401 from the API")
        let late = "main/crm/late, which was connected while the rotation was opened,"
        journal.close(unplanned: ["\(late) needs a person: \(ReportSample.markup)"])
        let html = ReportPage(report: try RotationReport(events: journal.events)).html
        #expect(PageReader(html).faults == [])
        #expect(html.ranges(of: "class=\"connections\"").count == 2)
        #expect(html.contains("<code>main/crm/late</code>") && !html.contains("<script"))
        #expect(try Self.html(.proven).ranges(of: "class=\"connections\"").count == 1)
    }

    @Test func `of a drill says so before everything else, and no other page does`() throws {
        let html = try Self.html(.drill)
        let mark = try #require(html.firstRange(of: "This is a drill"))
        #expect(mark.lowerBound < (html.firstRange(of: "<h1")?.lowerBound ?? html.startIndex))
        for part in [
            "<title>Drill: Rotation of ", "Nothing real was changed or asked", "Times are virtual: 4m 11s",
            "The sandbox did the operator&#39;s part", "coffer rotate drill",
        ] {
            #expect(html.contains(part), "\(part)")
        }
        for sample in ReportSample.allCases where sample != .drill {
            let other = try Self.html(sample)
            #expect(!other.contains("class=\"drill\"") && !other.contains("This is a drill"), "\(sample)")
            #expect(!other.contains("rotate drill") && !other.contains("<title>Drill"), "\(sample)")
        }
    }

    @Test(arguments: [ReportSample.proven, .hostile])
    func `allows its one style sheet by its hash, and nothing else`(sample: ReportSample) throws {
        let html = try Self.html(sample)
        let styles = html.matches(of: /<style>([\s\S]*?)<\/style>/)
        #expect(styles.count == 1 && html.ranges(of: "<style").count == 1)
        let sheet = try #require(styles.first?.output.1)
        let hash = Data(SHA256.hash(data: Data(sheet.utf8))).base64EncodedString()
        let policy = try #require(
            PageReader(html).all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
        #expect(
            policy.attributes["content"]
                == "default-src &#39;none&#39;; style-src &#39;sha256-\(hash)&#39;; base-uri &#39;none&#39;; "
                + "form-action &#39;none&#39;")
        for loading in ["url(", "@import", "image-set(", "expression"] { #expect(!sheet.contains(loading)) }
        // The policy is of no use to what stands before it.
        let meta = try #require(html.firstRange(of: "Content-Security-Policy"))
        #expect(meta.lowerBound < (html.firstRange(of: "<style")?.lowerBound ?? html.startIndex))
    }

    @Test func `shows markup in names and answers as what it is`() throws {
        let html = try Self.html(.hostile)
        let shown =
            "&lt;/style&gt;&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(2)"
            + "&#39;&gt;&amp;&quot;&#39;"
        // Who, evidence of three kinds, a reason, open items: each of them more than once.
        #expect(html.ranges(of: shown).count >= 8)
        #expect(!html.contains("<script") && !html.contains("<img"))
        let waiting = try ReportPage(report: ReportSample.waiting.report).html
        #expect(waiting.contains("<a href=\"https://www.amocrm.ru/amomarket?made-up=1\""))
    }

    @Test func `says first what is left to do`() throws {
        for sample in ReportSample.allCases {
            let page = try Self.read(sample)
            let ids = page.all("section").compactMap { $0.attributes["id"] }
            #expect(ids.starts(with: ["open", "containment", "timeline"]), "\(sample): \(ids)")
            #expect(ids.suffix(3) == ["connections", "people", "steps"])
        }
        let page = try Self.read(.unproven)
        let items = page.all("li").filter { element in
            element.around.contains { page.elements[$0].attributes["id"] == "open" }
        }
        #expect(items.count == 2)
        #expect(items.first?.text.hasPrefix("main/crm/account-3 needs a person: refused as already used") == true)
    }

    @Test func `tells the person who is awaited where to click and what to say afterwards`() throws {
        let page = try Self.read(.waiting)
        let text = page.text { $0.classes.contains("instructions") }
        #expect(text.contains("What to do: regenerate the secret key"))
        #expect(text.contains("Log in to amoCRM") && text.contains("coffer rotate resume r-0000000000c0ffee"))
        #expect(page.text { $0.tag == "header" }.contains("waits for an operator"))
    }

    @Test func `tells the person who is to remove the old secret so, and not to give a new one`() throws {
        let report = try ReportSample.removal.report
        #expect(report.awaitsRemoval)
        let text = try Self.read(.removal).text { $0.classes.contains("instructions") }
        #expect(text.contains("Remove the old client secret"))
        #expect(text.contains("Then say so: coffer rotate resume r-0000000000c0ffee --removed"), "\(text)")
        #expect(!text.contains("new secret"))
        #expect(report.text.contains("Then say so: coffer rotate resume r-0000000000c0ffee --removed"))
    }

    @Test(arguments: [ReportSample.waiting, .removal])
    func `has what follows, and what to do where it goes wrong, as the text has`(sample: ReportSample) throws {
        let report = try sample.report
        let text = try Self.read(sample).text { $0.classes.contains("instructions") }
        let remarks = WayOn(report).remarks
        #expect(remarks.count == (sample == .waiting ? 2 : 1))
        for remark in remarks { #expect(text.contains(remark) && report.text.contains(remark), "\(text)") }
    }

    @Test(arguments: ReportSample.allCases)
    func `has headings, captions and scopes for whoever hears it`(sample: ReportSample) throws {
        let page = try Self.read(sample)
        #expect(page.all("html").first?.attributes["lang"] == "en")
        let title = "\(sample == .drill ? "Drill: " : "")Rotation of main/crm: "
        #expect(page.all("title").first?.text.hasPrefix(title) == true)
        #expect(page.all("h1").count == 1)
        #expect(page.all("h2").count == page.all("section").count)
        #expect(page.all("main").count == 1 && page.all("header").count == 1)
        #expect(page.all("caption").count == page.all("table").count)
        #expect(page.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) })
        #expect(page.all("tbody").count == page.all("table").count)
        let drawing = try #require(page.all("svg").first)
        #expect(drawing.attributes["role"] == "img")
        #expect(page.element(id: "timeline-text")?.text.contains("leak reported, +0s") == true)
    }

    @Test(arguments: ReportSample.allCases)
    func `tells states by a sign and a word, not by colour alone`(sample: ReportSample) throws {
        let page = try Self.read(sample)
        let badges = page.elements.enumerated().filter { $0.element.classes.contains("badge") }
        #expect(!badges.isEmpty)
        for (place, badge) in badges {
            #expect(badge.text.count > 3)
            let sign = page.elements[place + 1]
            #expect(sign.attributes["aria-hidden"] == "true")
            let expected = badge.classes.contains("good") ? "✓" : badge.classes.contains("bad") ? "✗" : "?"
            #expect(sign.text == expected)
        }
    }

    @Test func `has a row with the proof of each connection, and those that need a person first`() throws {
        let page = try Self.read(.unproven)
        let table = try #require(page.elements.firstIndex { $0.tag == "table" && $0.classes == ["connections"] })
        let paths = page.elements.filter { $0.around.contains(table) && $0.tag == "code" }.map(\.text)
        #expect(paths.count == 24 && Set(paths).count == 24)
        #expect(paths.prefix(2) == ["main/crm/account-3", "main/crm/account-17"])
        let text = page.text { $0.classes == ["connections"] }
        #expect(text.contains("whoever has the leaked secret may have used the refresh token first"))
        #expect(text.ranges(of: "old access token is refused?").count == 22)
        #expect(text.ranges(of: "the provider has no way to ask").count == 22)
    }

    @Test func `says who did what`() throws {
        let text = try Self.read(.unproven).text { $0.classes == ["people"] }
        #expect(text.contains("ada") && text.contains("opened the rotation"))
        #expect(text.contains("grace@operations.example"))
        #expect(text.contains("had new tokens issued to 22 connections"))
        #expect(text.contains("tried in vain to have tokens issued, 2 times"))
    }

    @Test func `tells the time to contain, and what keeps it from being contained`() throws {
        let proven = try Self.read(.proven)
        #expect(proven.all("p", class: "figure").map(\.text) == ["2m 50s"])
        let open = try Self.read(.unproven)
        #expect(open.all("p", class: "figure").map(\.text) == ["Not contained"])
        let text = open.text { $0.attributes["id"] == "containment" }
        #expect(text.contains("2 of 24 connections have no new tokens"))
    }

    @Test func `is the same page for the same report`() throws {
        #expect(try Self.html(.unproven) == Self.html(.unproven))
    }

    @Test func `bears ten thousand connections`() throws {
        let html = try Self.html(.many)
        #expect(html.utf8.count < 12_000_000)
        let page = PageReader(html)
        #expect(page.all("tr").count > 10_000)
        // What is drawn does not grow with what it is drawn of.
        #expect(page.elements.count { page.tags(around: $0).contains("svg") } < 150)
        #expect(page.all("details").count == 1)
        #expect(page.all("summary").first?.text == "and 10 more")
    }
}
