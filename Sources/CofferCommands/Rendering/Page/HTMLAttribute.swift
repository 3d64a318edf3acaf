// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The attributes of a page's elements.
///
/// Not among them: `style`, which the page's policy would refuse; what runs scripts; and addresses, which only
/// ``HTML/link(to:_:)`` writes.
enum HTMLAttribute: String {
    // Of any element.
    case `class`, id, lang, role
    case ariaHidden = "aria-hidden"
    case ariaLabelledBy = "aria-labelledby"
    case ariaDescribedBy = "aria-describedby"
    // Of the document.
    case charset, content, name
    case httpEquiv = "http-equiv"
    // Of texts and tables.
    case datetime, scope
    // Of drawings. Lengths are pixels, or shares of the drawing's width with a percent sign.
    case width, height, x, y, x1, y1, x2, y2, cx, cy, r, transform
    case textAnchor = "text-anchor"
}
