// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Yams

extension DescriptionProblem {
    /// What the YAML parser says, in our words where it has none for people.
    init(parserError error: any Error) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            self.init(line: mark.line, "it is no YAML: \(problem.printable)")
        case YamlError.duplicatedKeysInMapping(let names, let context):
            self.init(
                line: context.mark.line, field: names.first?.printable, "stands twice in one table")
        default: self.init("it is no YAML")
        }
    }
}
