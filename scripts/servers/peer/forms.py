# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The forms of an HTML page, as a browser would submit them."""
import dataclasses
import html.parser

PERMITTING = ("allow", "authorize", "authorise", "approve", "accept", "grant", "continue", "yes", "log in", "login")
REFUSING = ("cancel", "deny", "refuse", "reject", "decline", "no")


@dataclasses.dataclass
class Field:
    """One control: `kind` is the input's type, `select` for an option, `submit` for any button."""

    name: str
    value: str
    kind: str
    chosen: bool = False
    text: str = ""


@dataclasses.dataclass
class Form:
    """One form with its controls and the text in it."""

    action: str
    method: str
    fields: list
    text: str = ""

    @property
    def asks_password(self):
        """Whether this is a place to log in."""
        return any(field.kind == "password" for field in self.fields)

    def filled(self, user, password, account):
        """The pairs to submit: hidden fields as they are, the person's answers, and the permitting button."""
        pairs, buttons, groups = [], [], {}
        for field in self.fields:
            if field.kind == "submit":
                buttons.append(field)
            elif field.kind in ("radio", "select"):
                groups.setdefault(field.name, []).append(field)
            elif field.kind == "checkbox":
                pairs.append((field.name, field.value or "on"))
            elif field.kind == "password":
                pairs.append((field.name, password))
            elif field.kind in ("text", "email") and not field.value:
                pairs.append((field.name, user))
            else:
                pairs.append((field.name, field.value))
        for name, fields in groups.items():
            pairs.append((name, chosen(fields, account).value))
        permitting = [button for button in buttons if matches(button, PERMITTING) and not matches(button, REFUSING)]
        named = [button for button in buttons if account and account in (button.value, button.text.strip())]
        for button in (named or permitting or [b for b in buttons if not matches(b, REFUSING)])[:1]:
            if button.name:
                pairs.append((button.name, button.value))
        return pairs


def chosen(fields, account):
    """The option that names the account, else the one the page chose, else the first."""
    if account:
        for field in fields:
            if account in (field.value, field.text.strip()) or field.value.split(".")[0] == account:
                return field
    return next((field for field in fields if field.chosen), fields[0])


def matches(button, words):
    labels = {button.name.lower(), button.value.lower().strip(), button.text.lower().strip()}
    return bool(labels & set(words))


class Reader(html.parser.HTMLParser):
    """Collects the forms of a page."""

    def __init__(self):
        super().__init__()
        self.forms, self.form, self.select, self.open = [], None, None, None

    def handle_starttag(self, tag, attributes):
        have = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = Form(have.get("action", ""), have.get("method", "get").upper(), [])
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input":
            kind = have.get("type", "text").lower()
            kind = "submit" if kind in ("submit", "image") else kind
            if (have.get("name") or kind == "submit") and kind not in ("button", "reset"):
                self.add(have, kind, "checked" in have)
        elif tag == "button" and have.get("type", "submit").lower() == "submit":
            self.open = self.add(have, "submit", False)
        elif tag == "select":
            self.select = have.get("name", "")
        elif tag == "option" and self.select:
            self.open = self.add({**have, "name": self.select}, "select", "selected" in have)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        if tag in ("button", "option"):
            self.open = None

    def handle_data(self, data):
        if self.form is not None:
            self.form.text += data
        if self.open is not None:
            self.open.text += data
            if self.open.kind == "select" and not self.open.value:
                self.open.value = self.open.text.strip()

    def add(self, have, kind, is_chosen):
        field = Field(have.get("name", ""), have.get("value", ""), kind, is_chosen)
        self.form.fields.append(field)
        return field


def read(page):
    """Every form of the page, in order."""
    reader = Reader()
    reader.feed(page)
    return reader.forms
